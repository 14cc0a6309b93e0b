import type { Algorithm } from '../../crypto/algorithm.js'
import type { Bytes } from '../../crypto/key.js'
import { CountersignError, kindOf } from '../../errors.js'
import { isRequest } from '../../message/message.js'
import {
  type Coverage,
  type PassphraseProof,
  type SchemeDemands,
  schemeDemands,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../schemes/scheme.js'
import type { Draft } from '../spec/draft.js'
import type { Output } from '../spec/outputs.js'
import type { Exchange } from '../spec/signer-types.js'
import type { ExchangeSpec, MessageSpec } from '../spec/spec.js'
import { type ReadRequest, readRequest } from './read-request.js'
import { READ_TIME, readSignature } from './read-texts.js'

/** The verifying side of an exchange. */
export interface ExchangeVerifyScheme extends VerifyScheme {
  /** What the exchange's signatures can meet. A verifier reads it from the scheme: it need not be spread into a policy. */
  readonly demands: ExchangeDemands
  /** The received request as the exchange's rules see it; `undefined` where it is not signed at all. Throws as `parse`. */
  read(request: Parameters<VerifyScheme['parse']>[0]): Draft | undefined
}

/** What an exchange demands, for signatures of its own scheme. */
export interface ExchangeDemands extends SchemeDemands {
  readonly algorithms: readonly Algorithm[]
}

const BODY: readonly Coverage[] = ['body']

/**
 * The verifying side of an exchange, for a server that speaks its scheme or a test that stands in for it. What an exchange does not
 * sign it does not prove: see the `covers` of its page. Options of its signers that change what is signed, such as
 * Backpack's `instructions`, its verifier takes as well: `exchangeVerifier(backpack({ instructions }))`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for what is no exchange; `parse` throws `AUTH_MALFORMED`, `AUTH_DUPLICATE`, `AUTH_TOO_LARGE`, `SIGNATURE_MALFORMED`, `TIMESTAMP_MALFORMED`,
 *   `NONCE_MALFORMED`, `DIGEST_MISMATCH`, `BODY_UNREADABLE`, `MESSAGE_MALFORMED`.
 * @example
 * ```ts
 * import { exchangeVerifier } from 'countersign/exchange'
 * import { okx } from 'countersign/exchange/okx'
 * import { createVerifier, memoryReplayStore, staticKeys, tradingPolicy } from 'countersign/server'
 *
 * const scheme = exchangeVerifier(okx())
 * const { key } = okx({ apiKey: 'bot-1', secret: 'a secret', passphrase: 'phrase' })
 * const verifier = createVerifier({
 *   schemes: [scheme],
 *   keys: staticKeys([{ key, passphrase: 'phrase' }]),
 *   policy: tradingPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function exchangeVerifier(exchange: Pick<Exchange, 'spec' | 'options'>): ExchangeVerifyScheme {
  const { spec, options } = Object(exchange) as Exchange
  if (typeof spec?.base !== 'function')
    throw new CountersignError(
      'CONFIG_INVALID',
      `exchangeVerifier: the exchange must be made by its factory, such as okx(), got ${kindOf(exchange)}`,
    )
  const covers = new Set(spec.covers)
  const apart = spec.covers.filter((fact) => fact !== 'body')
  const read = (message: Parameters<VerifyScheme['parse']>[0]): ReadRequest | undefined =>
    isRequest(message) ? readRequest(spec, message, options) : undefined
  return {
    id: `exchange/${spec.id}`,
    readsBody: true,
    demands: schemeDemands({
      require: apart.length === 0 ? spec.covers : apart,
      // Where that depends on the request, a policy that needs it asks for it: most requests of the exchange have it.
      requireWithBody: covers.has('body') && spec.notCovered === undefined ? BODY : [],
      requireNonce: false,
      algorithms: Object.keys(spec.keys) as Algorithm[],
      ...(spec.time?.lifeMs !== undefined && { maxLifetimeMs: spec.time.lifeMs }),
      // Neither a time nor a nonce that holds one. What proves nothing is refused for that.
      ...(spec.time === undefined && spec.nonce?.increasing !== true && covers.size > 0 && { untimed: true }),
    }) as ExchangeDemands,
    read: (message) => read(message)?.draft,
    parse: (message) => {
      const found = read(message)
      if (found === undefined) return []
      const { draft, assertComputed } = found
      return [signatureOf(spec, spec, draft, coveredBy(spec, draft, covers), assertComputed)]
    },
  }
}

const coveredBy = (
  { notCovered }: ExchangeSpec,
  draft: Draft,
  covers: ReadonlySet<Coverage>,
): ReadonlySet<Coverage> => {
  const without = notCovered?.(draft) ?? []
  return without.length === 0 ? covers : new Set([...covers].filter((fact) => !without.includes(fact)))
}

/** What a draft that was read claims. @throws {CountersignError} for a time, nonce or signature of another form. */
export function signatureOf(
  spec: ExchangeSpec,
  rules: Pick<MessageSpec, 'time' | 'nonce' | 'lifeMs' | 'base' | 'output'>,
  draft: Draft,
  covers: ReadonlySet<Coverage>,
  /** Runs once the base is there. */
  assertComputed?: () => void,
): UntrustedSignature {
  const { nonce, key, sign } = draft
  const time = rules.time ?? spec.time
  const stated = time === undefined ? undefined : READ_TIME[time.unit](draft.time)
  if (time !== undefined && stated === undefined)
    throw new CountersignError('TIMESTAMP_MALFORMED', `the time must have ${spec.name}'s form`)
  if (rules.nonce !== undefined && !rules.nonce.pattern.test(nonce))
    throw new CountersignError('NONCE_MALFORMED', `the nonce must have ${spec.name}'s form`)
  const signature = readSignature(spec.keys, rules.output, sign)
  if (signature === undefined)
    throw new CountersignError('SIGNATURE_MALFORMED', `the signature must have ${spec.name}'s form`)
  const { lifeMs } = time ?? {}
  let base: Bytes | undefined
  const passphrase = proofOf(spec, rules, draft)
  return {
    label: '',
    tag: undefined,
    keyId: key,
    // Given by tokens, which say how they are signed.
    claimedAlgorithm: draft.algorithm === '' ? undefined : draft.algorithm,
    createdMs: stated === undefined ? timeOfNonce(spec, nonce) : stated - (lifeMs ?? 0),
    expiresMs: stated === undefined || lifeMs === undefined ? undefined : stated,
    ...endOf(spec, draft, stated),
    // A short one is not unique by itself; the signed text, which holds it, is. One of no given form may have several spellings.
    nonce: (rules.nonce ?? spec.nonce) === undefined || nonce.length < 16 ? undefined : nonce,
    covered: [...covers],
    covers,
    get base() {
      if (base === undefined) {
        base = draft.payload === '' ? rules.base(draft) : draft.payload
        if (typeof base === 'string') draft.payload = base
        assertComputed?.()
      }
      return base
    },
    signature,
    bodyDigests: [],
    ...(passphrase !== undefined && { passphrase }),
  }
}

/**
 * The end that the sender states: a moment, or its receive window behind the time. A window above the exchange's largest is that
 * one: what it refuses must not be taken here.
 */
function endOf(
  { window: form }: ExchangeSpec,
  { expires, window }: Draft,
  stated: number | undefined,
): Pick<UntrustedSignature, 'endMs'> {
  if (expires !== '') return { endMs: Number(expires) }
  if (form === undefined || window === '' || stated === undefined) return {}
  return { endMs: stated + Math.min(Number(window), form.max) }
}

/** Nonces that follow the clock hold the time they were made: 13 digits of milliseconds, 16 of microseconds. */
function timeOfNonce({ nonce: form }: ExchangeSpec, nonce: string): number | undefined {
  if (form?.increasing !== true) return undefined
  const digits = { 10: 1000, 13: 1, 16: 1e-3, 19: 1e-6 }[nonce.length]
  return digits === undefined ? undefined : Math.floor(Number(nonce) * digits)
}

function proofOf(spec: ExchangeSpec, { base }: Pick<MessageSpec, 'base'>, draft: Draft): PassphraseProof | undefined {
  const { passphrase } = draft
  if (spec.passphrase === 'shown') return { text: passphrase }
  if (spec.passphrase === 'in-base') return { base: (text) => base({ ...draft, passphrase: text }) }
  if (spec.passphrase === undefined) return undefined
  const [output] = Object.values(spec.keys) as Output[]
  const signature = readSignature(spec.keys, output, passphrase)
  if (signature === undefined) throw new CountersignError('AUTH_MALFORMED', 'the passphrase must be a signature')
  return { signature }
}
