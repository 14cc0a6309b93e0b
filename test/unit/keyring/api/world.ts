import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import { createKeyringApi, type KeyringApiOptions } from '../../../../src/keyring/api/api.js'
import { keyringOpenApi } from '../../../../src/keyring/api/openapi.js'
import { OPERATIONS } from '../../../../src/keyring/api/operations.js'
import type { IssueOptions } from '../../../../src/keyring/change/issue-options.js'
import type { IssuedKey, KeyringOptions } from '../../../../src/keyring/keyring-options.js'
import { httpRequest } from '../../../../src/message/message.js'
import { toFetchRequest } from '../../../../src/message/to-fetch.js'
import { withSignature } from '../../../../src/server/middleware/fetch.js'
import { HOST, sign } from '../../../attacks/world.js'
import { BY, type KeyringWorld, keyringWorld, signerOf } from '../keyring-world.js'

export interface Told {
  readonly status: number
  readonly headers: Headers
  /** The answer as text, and as JSON where it is some. */
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the test says it is
  readonly json: any
}

export interface ApiWorld extends KeyringWorld {
  readonly said: string[]
  readonly failures: unknown[]
  issued(options: Partial<IssueOptions>): Promise<IssuedKey>
  /** Sends `METHOD /target` signed with a key, through the verifier. Objects become JSON. */
  ask(
    actor: IssuedKey,
    what: string,
    body?: object | string | Uint8Array,
    headers?: Record<string, string>,
  ): Promise<Told>
}

/** Where every request comes from. */
export const PEER = '203.0.113.7'
/** What the first admin of these tests may do. */
export const ROOT = ['keys:*', 'orders:*', 'reports:*']

const ajv = new Ajv2020({ allErrors: true })
for (const word of ['components', 'openapi', 'info', 'servers', 'paths', 'security']) ajv.addKeyword(word)
ajv.addSchema({ ...keyringOpenApi(), $id: 'https://keys.example.com/doc' })
export const fits = (schema: string, value: unknown): string[] => {
  const validate = ajv.getSchema(`https://keys.example.com/doc#${schema}`)
  if (validate === undefined) throw new Error(`no schema ${schema}`)
  return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** The row of the table that a request is about, found in another way than the router does. */
const rowOf = (what: string) =>
  Object.values(OPERATIONS).find(({ method, path }) =>
    new RegExp(`^${method} /v1${path.replace('{id}', '[^/?]+')}(?:\\?|$)`).test(what.replace(/^HEAD /, 'GET ')),
  )

/** Every answer is held against the document. */
function checked(what: string, { status, headers, text, json }: Told): void {
  // The verifier's refusals say it in fewer words.
  expect(headers.get('cache-control')).toMatch(status < 400 ? /^private, no-store$/ : /^(?:private, )?no-store$/)
  if (text === '') return
  const row = rowOf(what)
  const schema = status < 400 ? row?.answer : 'Problem'
  expect([what, fits(`/components/schemas/${schema}`, json)]).toEqual([what, []])
  expect(headers.get('content-type')).toBe(status < 400 ? 'application/json' : 'application/problem+json')
  if (status >= 400) expect(json.status).toBe(status)
  else expect(status).toBe(row?.status)
}

export function apiWorld(options: Partial<KeyringApiOptions> = {}, ring: Partial<KeyringOptions> = {}): ApiWorld {
  const world = keyringWorld(ring)
  const failures: unknown[] = []
  const said: string[] = []
  const { keyring } = world
  const api = createKeyringApi({ keyring, onError: (error) => void failures.push(error), ...options })
  const handler = withSignature(world.verifier, api, { peer: () => PEER })
  return Object.assign(world, {
    failures,
    said,
    issued: (more: Partial<IssueOptions>) => keyring.issue({ owner: 'root', ...BY, ...more }),
    ask: async (by: IssuedKey, what: string, body?: object | string | Uint8Array, headers = {}) => {
      const [method = '', target] = what.split(' ')
      const bytes =
        body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const message = httpRequest({
        method,
        url: `https://${HOST}${target}`,
        headers: bytes === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(bytes === undefined ? {} : { body: bytes }),
      })
      const signed = await sign(message, { key: signerOf(by), nowMs: world.nowMs })
      const response = await handler(toFetchRequest(signed))
      const text = await response.text()
      const told: Told = { status: response.status, headers: response.headers, text, json: text && JSON.parse(text) }
      said.push(text)
      checked(what, told)
      return told
    },
  })
}
