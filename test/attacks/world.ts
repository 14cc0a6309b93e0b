import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KeyRecord } from '../../src/access/key-record.js'
import {
  ecdsaPrivateKey,
  ed25519PrivateKey,
  hmacKey,
  importRsaSigningKey,
  type PrivateKey,
  randomNonce,
  type SigningKey,
} from '../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { type Rfc9421SignerOptions, rfc9421, rfc9421Signer, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { type SignScheme, signPrepared } from '../../src/schemes/scheme.js'
import type { AuditEvent } from '../../src/server/audit-event.js'
import { staticKeys } from '../../src/server/key-source.js'
import type { PolicyOptions } from '../../src/server/policy/policy.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier, type Verifier, type VerifierOptions, type VerifyContext } from '../../src/server/verifier.js'
import { verdictCode } from '../expect-code.js'
import type { Outcome } from './catalogue.js'

/** On a whole second, as `created` is. */
export const NOW = 1_790_000_000_000
export const HOST = 'api.example.com'
/** The policy's windows. */
export const PAST = 300_000
export const FUTURE = 5_000

const pem = (name: string): string => readFileSync(new URL(`../vectors/pkcs8/${name}.pem`, import.meta.url), 'utf8')

export const SECRET: Uint8Array = new Uint8Array(32).map((_, i) => 7 * i + 1)
export const bot = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: SECRET })
export const bot2 = hmacKey({ keyId: 'bot-2', algorithm: 'hmac-sha256', secret: SECRET.map((byte) => byte ^ 0x55) })
export const ed = ed25519PrivateKey({ keyId: 'ed-1', seed: SECRET })
export const p256 = ecdsaPrivateKey({ keyId: 'p256-1', algorithm: 'ecdsa-p256-sha256', scalar: SECRET })
export const rsaPem: string = pem('rsa')
export const rsaObject: KeyObject = createPrivateKey(rsaPem)
export const rsa: PrivateKey = await importRsaSigningKey(rsaPem, { keyId: 'rsa-1', algorithm: 'rsa-v1_5-sha256' })
export const pss: PrivateKey = await importRsaSigningKey(rsaPem, { keyId: 'pss-1', algorithm: 'rsa-pss-sha512' })

/** The owners of all keys of the server. */
export const RECORDS: readonly KeyRecord[] = [
  { key: bot, owner: 'alice', scopes: ['orders:write'] },
  { key: bot2, owner: 'bob' },
  { key: ed.verifyingKey, owner: 'carol' },
  { key: p256.verifyingKey, owner: 'dave' },
  { key: rsa.verifyingKey, owner: 'erin' },
  { key: pss.verifyingKey, owner: 'frank' },
]

export interface WorldOptions extends Partial<Omit<VerifierOptions, 'policy' | 'audit'>> {
  readonly records?: readonly KeyRecord[]
  readonly policy?: Partial<PolicyOptions>
}

export interface World {
  readonly verifier: Verifier
  /** What the audit trail was told, newest last. */
  readonly audit: AuditEvent[]
  /** The code of the verdict, or `ok`. */
  judge(request: HttpRequest, context?: VerifyContext): Promise<Outcome>
  /** Sets the clock. */
  at(nowMs: number): void
}

/** A server with its own memory. Without a barrier: it has never been another process. */
export function world(options: WorldOptions = {}): World {
  const { records = RECORDS, policy = {}, ...rest } = options
  const audit: AuditEvent[] = []
  let nowMs = NOW
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys(records),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => nowMs },
    ...rest,
    policy: strictPolicy({ authorities: [HOST], ...policy }),
    audit: (event) => void audit.push(event),
  })
  return {
    verifier,
    audit,
    judge: async (request, context) => {
      const verdict = await verifier.verify(request, context)
      return verdictCode(verdict)
    },
    at: (next) => {
      nowMs = next
    },
  }
}

export const ORDER = '{"symbol":"BTCUSDT","qty":"1"}'

/** An order as it leaves an honest client, before it is signed. */
export const order = (parts: Partial<HttpRequest> = {}): HttpRequest => ({
  ...httpRequest({
    method: 'POST',
    url: `http://${HOST}/v1/orders?dry=1&symbol=BTC`,
    headers: { 'content-type': 'application/json' },
    body: ORDER,
  }),
  ...parts,
})

export const get = (target = '/v1/orders?symbol=BTC', ...fields: readonly string[]): HttpRequest => ({
  method: 'GET',
  scheme: 'http',
  authority: HOST,
  target,
  fields,
  body: null,
})

export interface SignHow extends Partial<Omit<Rfc9421SignerOptions, 'nonce'>> {
  readonly key?: SigningKey
  readonly nowMs?: number
  readonly nonce?: string | false
}

const usual = new WeakMap<SigningKey, SignScheme>()

/** The scheme with these options; the usual one is made once a key. */
function schemeOf(key: SigningKey, options: Omit<Rfc9421SignerOptions, 'key'>): SignScheme {
  if (Object.keys(options).length > 0) return rfc9421Signer({ ...options, key }).scheme
  const scheme = usual.get(key) ?? rfc9421({ key }).scheme
  usual.set(key, scheme)
  return scheme
}

/** Signed by the library's client side. */
export async function sign(request: HttpRequest, how: SignHow = {}): Promise<HttpRequest> {
  const { key = bot, nowMs = NOW, nonce = randomNonce(), ...options } = how
  const scheme = schemeOf(key, nonce === false ? { ...options, nonce: false } : options)
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: nonce === false ? '' : nonce }
  return signPrepared(scheme.prepare(request, context), key)
}

/** The usual parameters, as text. */
export const params = ({
  created = String(NOW / 1000),
  nonce = `"${randomNonce()}"`,
  keyid = '"bot-1"',
  more = '',
}: {
  readonly created?: string
  readonly nonce?: string
  readonly keyid?: string
  readonly more?: string
} = {}): string => `;created=${created};nonce=${nonce};keyid=${keyid}${more}`
