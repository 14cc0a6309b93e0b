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
import { verdictCode } from '../../expect-code.js'

/** Names, metadata, queries, bodies and permissions at the edge of what the packages of Azure for Python take. */

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/azure_edges.py`

interface Sent {
  readonly scheme: string
  readonly service?: SasService
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: string
}

const { requests, failures } = JSON.parse(execFileSync(python, [script], { maxBuffer: 2 ** 28 }).toString()) as {
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
  // Addresses and policies are for a server to look at.
  'azure-sas': ({ service = 'blob' }) => azureSasVerifier({ service, callerChecks: ['ip', 'identifier'] }),
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
      maxBodyBytes: 2 ** 23,
      ...(one.scheme === 'azure-sas' && { perScheme: { 'azure-sas': { untimed: noReplayProtection } } }),
    }),
    replay: noReplayProtection,
  })
  const verdict = await verifier.verify(request)
  return verdictCode(verdict)
}

/** What the packages send and is refused all the same, with the reason. */
const REFUSED: ReadonlyArray<readonly [scheme: string, name: RegExp, outcome: string]> = [
  // Cosmos DB wants POST with X-HTTP-Method: MERGE, and the shared key of tables signs no field.
  ['azure-table', /^upsert .* at https:\/\/\w+\.table\.cosmos/, 'METHOD_MALFORMED'],
  // Servers read one as a separator, and cut at the other.
  ['azure-sas', /\[\]\{\}\|/, 'AUTH_MALFORMED'],
  ['azure-sas', /a\\tb/, 'AUTH_MALFORMED'],
]
const expected = ({ scheme, name }: Sent): string =>
  REFUSED.find(([of, names]) => of === scheme && names.test(name))?.[2] ?? 'ok'

test('every client took what it was asked for', () => {
  expect(failures).toEqual({})
  expect(requests.length).toBeGreaterThan(500)
})

describe.each(Object.keys(SCHEMES))('%s', (scheme) => {
  const mine = requests.filter((one) => one.scheme === scheme)

  test('each request is accepted, or is in the table of what is refused', async () => {
    expect(mine.length).toBeGreaterThan(30)
    for (const one of mine) expect(await outcome(one, requestOf(one)), one.name).toBe(expected(one))
  })

  test('none is accepted with another path, method or time', async () => {
    for (const one of mine) {
      const request = requestOf(one)
      const [path = '', query] = request.target.split('?')
      const dated = request.fields.map((value, at) =>
        at % 2 === 1 && /^x-ms-date$/i.test(request.fields[at - 1] as string)
          ? value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))
          : value,
      )
      // A SAS of an account is for all of it, and none is for a method.
      const isSas = scheme === 'azure-sas'
      const changed: readonly HttpRequest[] = [
        ...(isSas
          ? []
          : [
              { ...request, method: 'OPTIONS' },
              { ...request, fields: dated },
            ]),
        ...(/^account|^container|^share|^table|^queue/.test(one.name)
          ? []
          : [{ ...request, target: `${path}z${query === undefined ? '' : `?${query}`}` }]),
        ...(isSas ? [{ ...request, target: request.target.replace(/sp=\w/, 'sp=i') }] : []),
      ]
      for (const [at, other] of changed.entries()) expect(await outcome(one, other), `${one.name} ${at}`).not.toBe('ok')
    }
  })
})
