import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
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
import { createVerifier, noReplayProtection, staticKeys, strictPolicy } from '../../../src/server/index.js'

/** What the packages of Azure for Python put on the wire is accepted, and no change of it. */

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/azure_requests.py`

interface Sent {
  readonly scheme: string
  readonly service?: SasService
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: string
}

const { requests, failures } = JSON.parse(execFileSync(python, [script], { maxBuffer: 2 ** 26 }).toString()) as {
  requests: readonly Sent[]
  failures: Readonly<Record<string, string>>
}

const text = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const KEYS = staticKeys(
  ['devstoreaccount1', '0-l2-s0:abcdefghijklmnop', 'my-cosmos'].map((account) => ({
    key: azureKey({ account, key: text }),
  })),
)
const SCHEMES: Readonly<Record<string, (one: Sent) => VerifyScheme>> = {
  'azure-shared-key': () => azureSharedKeyVerifier({ unsignedPayload: true }),
  'azure-table': () => azureSharedKeyVerifier({ service: 'table', unsignedPayload: true }),
  'azure-hmac': () => azureHmacVerifier(),
  'azure-cosmos': () => azureCosmosVerifier({ keyId: 'my-cosmos' }),
  'azure-sas': ({ service = 'blob' }) => azureSasVerifier({ service }),
}

const requestOf = ({ method, url, headers, body }: Sent): HttpRequest =>
  httpRequest({
    method,
    url,
    headers: headers.filter(([name]) => name.toLowerCase() !== 'host'),
    body: body === '' ? null : new Uint8Array(Buffer.from(body, 'base64')),
  })

async function outcome(one: Sent, request: HttpRequest): Promise<string> {
  const scheme = (SCHEMES[one.scheme] as (one: Sent) => VerifyScheme)(one)
  const verifier = createVerifier({
    schemes: [scheme],
    keys: KEYS,
    policy: strictPolicy({
      authorities: [request.authority],
      maxAgeMs: 900_000,
      ...(one.scheme === 'azure-sas' && { perScheme: { 'azure-sas': { untimed: noReplayProtection } } }),
    }),
    replay: noReplayProtection,
  })
  const verdict = await verifier.verify(request)
  return verdict.ok ? 'ok' : `${verdict.code} ${verdict.detail}`
}

test('every client has made its requests', () => {
  expect(failures).toEqual({})
  expect(requests.length).toBeGreaterThan(80)
})

describe.each(requests.map((one) => [`${one.scheme}: ${one.name}`, one] as const))('%s', (_, one) => {
  test('is accepted, and no change of it', async () => {
    const request = requestOf(one)
    expect(await outcome(one, request)).toBe('ok')
    const fields = request.fields.map((value, at) =>
      at % 2 === 1 && /^(?:x-ms-date|authorization)$/i.test(request.fields[at - 1] as string)
        ? value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))
        : value,
    )
    if (request.fields.length > 0) expect(await outcome(one, { ...request, fields })).not.toBe('ok')
    if (one.scheme !== 'azure-sas') return
    const target = request.target.replace(/sp=\w/, 'sp=d')
    expect(await outcome(one, { ...request, target })).not.toBe('ok')
  })
})
