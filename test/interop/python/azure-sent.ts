import { execFileSync } from 'node:child_process'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import {
  azureCosmosVerifier,
  azureHmacVerifier,
  azureKey,
  azureSasVerifier,
  azureSharedKeyVerifier,
  type SasService,
} from '../../../src/schemes/azure/index.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import {
  createVerifier,
  noReplayProtection,
  staticKeys,
  strictPolicy,
  type Verdict,
} from '../../../src/server/index.js'

/** A request as a package of Azure for Python made it. */
export interface Sent {
  readonly scheme: string
  readonly service?: SasService
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: string
}

/** What a script of this folder sent, and what its clients refused to send. */
export function sentBy(script: string): {
  readonly requests: readonly Sent[]
  readonly failures: Readonly<Record<string, string>>
} {
  const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
  const path = `${process.cwd()}/test/interop/python/${script}`
  return JSON.parse(execFileSync(python, [path], { maxBuffer: 2 ** 28 }).toString())
}

const text = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const KEYS = staticKeys(
  ['devstoreaccount1', '0-l2-s0:abcdefghijklmnop', 'my-cosmos'].map((account) => ({
    key: azureKey({ account, key: text }),
  })),
)

/** The schemes that the packages sign by. */
export const SCHEMES: Readonly<Record<string, (one: Sent) => VerifyScheme>> = {
  'azure-shared-key': () => azureSharedKeyVerifier({ unsignedPayload: true }),
  'azure-table': () => azureSharedKeyVerifier({ service: 'table', unsignedPayload: true }),
  'azure-hmac': () => azureHmacVerifier(),
  'azure-cosmos': () => azureCosmosVerifier({ keyId: 'my-cosmos' }),
  // Addresses and policies are for a server to look at.
  'azure-sas': ({ service = 'blob' }) => azureSasVerifier({ service, callerChecks: ['ip', 'identifier'] }),
}

export const requestOf = ({ method, url, headers, body }: Sent): HttpRequest =>
  httpRequest({
    method,
    url,
    headers: headers.filter(([name]) => name.toLowerCase() !== 'host'),
    body: body === '' ? null : new Uint8Array(Buffer.from(body, 'base64')),
  })

/** The verdict of a server that holds the keys. */
export function judged(one: Sent, request: HttpRequest): Promise<Verdict> {
  const scheme = (SCHEMES[one.scheme] as (one: Sent) => VerifyScheme)(one)
  const verifier = createVerifier({
    schemes: [scheme],
    keys: KEYS,
    policy: strictPolicy({
      authorities: [request.authority],
      maxAgeMs: 900_000,
      maxBodyBytes: 2 ** 23,
      ...(one.scheme === 'azure-sas' && { perScheme: { 'azure-sas': { untimed: noReplayProtection } } }),
    }),
    replay: noReplayProtection,
  })
  return verifier.verify(request)
}
