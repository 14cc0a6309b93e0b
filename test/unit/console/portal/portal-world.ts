import { afterAll, expect } from 'vitest'
import { type AuditLog, createAuditLog } from '../../../../src/audit/log.js'
import { memoryAuditLog } from '../../../../src/audit/memory.js'
import type { PortalLogin } from '../../../../src/console/portal/login.js'
import type { KeyringPortalOptions } from '../../../../src/console/portal/options.js'
import { createKeyringPortal, type KeyringPortal } from '../../../../src/console/portal/portal.js'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import type { KeyringOptions } from '../../../../src/keyring/keyring-options.js'
import { httpRequest } from '../../../../src/message/message.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/verifier.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { HOST, sign } from '../../../attacks/world.js'
import { verdictCode } from '../../../expect-code.js'
import { type KeyringWorld, keyringWorld } from '../../keyring/keyring-world.js'

export const ORIGIN = 'https://www.example.com'
/** Where every request comes from. */
export const ADDRESS = '203.0.113.7'

export const SCOPES: KeyringPortalOptions['scopes'] = [
  { name: 'orders:read', label: 'Read orders', level: 'read' },
  { name: 'orders:write', label: 'Place orders', level: 'write' },
  { name: 'account:admin', label: 'Administer the account', level: 'admin' },
]

export const ALICE: PortalLogin = { owner: 'alice', name: 'Alice', mayGrant: ['orders:*'], id: 'session-of-alice' }
export const BOB: PortalLogin = { owner: 'bob', mayGrant: ['orders:*'], id: 'session-of-bob' }
export const ROOT: PortalLogin = {
  owner: 'root',
  isAdmin: true,
  mayGrant: ['orders:*', 'account:*'],
  id: 'session-of-root',
}

export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the test says it is
  readonly json: any
}

/** A browser with the page open, signed in. */
export interface Person {
  (what: string, body?: object | string, headers?: Readonly<Record<string, string>>): Promise<Told>
  readonly login: PortalLogin | undefined
}

export interface PortalWorld extends KeyringWorld {
  readonly portal: KeyringPortal
  /** Bodies of all answers, in order. */
  readonly said: string[]
  readonly failures: unknown[]
  as(login: PortalLogin | undefined): Person
  readonly log: AuditLog
  /** Sends a request to the service, signed with a key of this keyring; with `forged`, with another secret. */
  use(
    id: string,
    secret: string,
    how?: { readonly clientIp?: string; readonly agent?: string; readonly forged?: boolean },
  ): Promise<string>
  /** The text of a signed request. */
  signed(id: string, secret: string): Promise<string>
  /** Sends a request as it is. */
  send(request: Request, login?: PortalLogin): Promise<Told>
}

/** Fields that every answer has, whatever it is. */
function assertSealed(headers: Headers): void {
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('access-control-allow-origin')).toBeNull()
}

const closing: (() => Promise<void>)[] = []

/** Closes the keyrings of a file's worlds. To be called once a file. */
export function closesPortals(): void {
  afterAll(async () => {
    for (const close of closing.splice(0)) await close()
  })
}

export function portalWorld(
  { withVerifier = false, ...options }: Partial<KeyringPortalOptions> & { readonly withVerifier?: boolean } = {},
  ring: Partial<KeyringOptions> = {},
): PortalWorld {
  const clock = { now: (): number => world.nowMs }
  const log = createAuditLog({ sinks: [memoryAuditLog()], chain: true, delayMs: 0, clock, stragglerEveryMs: 0 })
  const world = keyringWorld({ audit: log, ...ring })
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: world.keyring,
    policy: strictPolicy({ authorities: [HOST] }),
    replay: memoryReplayStore({ restartBarrier: false, clock: { now: () => world.nowMs } }),
    clock: { now: () => world.nowMs },
    storeTimeoutMs: 20_000,
    audit: log.sink,
  })
  closing.push(async () => {
    await world.keyring.close()
    await log.close()
  })
  const failures: unknown[] = []
  const said: string[] = []
  let current: PortalLogin | undefined
  const portal = createKeyringPortal({
    keyring: world.keyring,
    session: () => current,
    scopes: SCOPES,
    publicOrigin: ORIGIN,
    clock,
    audit: log,
    onError: (error) => void failures.push(error),
    ...(withVerifier ? { verifier: verifier as Required<typeof verifier> } : {}),
    ...options,
  })
  const send = async (request: Request, login?: PortalLogin): Promise<Told> => {
    // The session is asked for before the first pause of the handler.
    current = login
    const response = await portal(request, { clientIp: ADDRESS })
    const text = await response.text()
    said.push(text)
    assertSealed(response.headers)
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, text, json: isJson && text ? JSON.parse(text) : text }
  }
  const as = (login: PortalLogin | undefined): Person => {
    let csrf: string | undefined
    const person = async (what: string, body?: object | string, headers = {}): Promise<Told> => {
      const [method = '', path = ''] = what.split(' ')
      const url = `${ORIGIN}/keys/api/${path}`
      if (method === 'GET' || method === 'HEAD') return send(new Request(url, { method, headers }), login)
      if (csrf === undefined && login !== undefined) csrf = (await person('GET session')).json.csrf
      const fields = {
        origin: ORIGIN,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/json',
        'x-csrf-token': csrf ?? '',
        ...headers,
      }
      const text = typeof body === 'string' ? body : JSON.stringify(body ?? {})
      return send(new Request(url, { method, headers: fields, body: text }), login)
    }
    return Object.assign(person, { login })
  }
  const use: PortalWorld['use'] = async (id, secret, { clientIp = ADDRESS, agent = 'bot/1', forged = false } = {}) => {
    const key = hmacKey({ keyId: id, algorithm: 'hmac-sha256', secret: utf8(forged ? secret.toUpperCase() : secret) })
    const message = httpRequest({
      method: 'GET',
      url: `https://${HOST}/v1/orders`,
      headers: { 'user-agent': agent },
    })
    const verdict = await verifier.verify(await sign(message, { key, nowMs: world.nowMs }), { clientIp })
    await log.flush()
    return verdictCode(verdict)
  }
  const signed: PortalWorld['signed'] = async (id, secret) => {
    const key = hmacKey({ keyId: id, algorithm: 'hmac-sha256', secret: utf8(secret) })
    const message = httpRequest({ method: 'GET', url: `https://${HOST}/v1/orders?limit=5` })
    const { method, target, authority, fields } = await sign(message, { key, nowMs: world.nowMs })
    const lines = fields.flatMap((value, i) => (i % 2 === 1 ? [`${fields[i - 1]}: ${value}`] : []))
    return [`${method} ${target} HTTP/1.1`, `Host: ${authority}`, ...lines, '', ''].join('\r\n')
  }
  return Object.assign(world, { portal, said, failures, as, send, use, signed, log })
}
