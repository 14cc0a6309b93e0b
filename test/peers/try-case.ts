import { signRequestSync } from '../../src/client/sign-request.js'
import type { Bytes, SyncSigningKey, SyncVerifyingKey } from '../../src/crypto/index.js'
import { isCountersignError } from '../../src/errors.js'
import { type ExchangeSigner, exchangeVerifier } from '../../src/exchange/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { Call } from './cases.js'
import { ccxtExchange, NOW_MS, noteMac } from './ccxt.js'
import { changes } from './changes.js'
import { type Account, judge, onlySignature } from './judge.js'
import type { Row } from './row.js'
import { anyOrder, received, shown, unsigned, wireOf } from './wire.js'

/**
 * What came of one case:
 * - `same`: ccxt's request passes our verifying side, and ours of the same request carries the same authentication;
 * - `wire`: it passes, and the signatures are the same, but not the rest of authentication;
 * - `signature`: it passes, and our signature is another one;
 * - `refused`: it does not pass;
 * - `throws`: ccxt signs nothing.
 */
export type Result = 'same' | 'wire' | 'signature' | 'refused' | 'throws'

export interface Outcome {
  readonly result: Result
  /** Changes of one character that were tried, and those that passed nevertheless. */
  readonly tried: number
  readonly escaped: readonly string[]
  /** What to look at when something is not as expected. */
  readonly seen: string
}

/** Makes the signers of an exchange. */
export type Factory = (options?: object) => ExchangeSigner<SyncSigningKey>

const nothing = { tried: 0, escaped: [] }
const hexOf = (bytes: Bytes): string => Buffer.from(bytes as string).toString('hex')

/** What a step gives, or what it was refused with; anything else that is thrown is a fault of this suite. */
function attempt<T>(step: () => T): { readonly value: T } | { readonly refusal: string } {
  try {
    return { value: step() }
  } catch (error) {
    if (isCountersignError(error)) return { refusal: `${error.code}: ${error.message}` }
    throw error
  }
}

/** Both sides of one row, ready for its cases. */
export function prepareRow(row: Row, factory: Factory): (call: Call, params: object) => Outcome {
  const { account, variant, options, theirs, nowMs = NOW_MS } = row
  const way = variant === undefined ? {} : { variant }
  const credentials =
    'secret' in account
      ? { apiKey: account.apiKey, secret: String(account.secret), password: account.passphrase }
      : { apiKey: account.key.keyId, password: account.passphrase }
  const exchange = ccxtExchange(row.ccxt, { ...credentials, ...theirs })
  const mac = noteMac(exchange)
  const make = (window?: object): ExchangeSigner<SyncSigningKey> => {
    const { verifyingKey: _, ...own } = account as Record<string, unknown>
    return factory({ ...own, ...options, ...way, ...window })
  }
  const signer = make()
  const { spec } = signer
  const scheme = exchangeVerifier(factory(way))
  const key = ('secret' in account ? signer.key : account.verifyingKey) as SyncVerifyingKey
  const judged: Account = { scheme, key, passphrase: account.passphrase }
  // Every position where that is quick.
  const step = key.algorithm.startsWith('hmac') ? 1 : 7

  /** Our request from theirs: without its authentication, signed at the same moment with the same nonce. */
  const resigned = (request: HttpRequest): HttpRequest => {
    const { nonce, window } = scheme.read(request) ?? { nonce: '', window: '' }
    const when = { clock: { now: () => nowMs }, nonces: { next: () => nonce } }
    const stated = window !== '' ? { recvWindow: window } : spec.window?.optional ? { recvWindow: 'none' } : {}
    return signRequestSync(unsigned(request, spec, row.added), make(stated), when)
  }

  const compare = (request: HttpRequest, ours: HttpRequest): Result => {
    if (judge(ours, judged) !== 'accepted') return 'signature'
    const [a, b] = [onlySignature(request, judged), onlySignature(ours, judged)]
    if (row.differs === undefined) {
      const same = row.randomised ? hexOf(a.base) === hexOf(b.base) : hexOf(a.signature) === hexOf(b.signature)
      if (!same) return 'signature'
      return row.randomised || received(request, spec) === received(ours, spec) ? 'same' : 'wire'
    }
    // Of another text it is another signature: then the one that ccxt's code makes of our text. Without a MAC the
    // public key has said so above.
    const expected = mac()?.(b.base).toLowerCase()
    const texts = [hexOf(b.signature), Buffer.from(b.signature).toString('base64').toLowerCase()]
    if (expected !== undefined && !texts.includes(expected)) return 'signature'
    return anyOrder(request, spec) === anyOrder(ours, spec) ? 'same' : 'wire'
  }

  return (call, params) => {
    let signed: ReturnType<typeof exchange.sign>
    try {
      signed = exchange.sign(call.path, call.api, call.method, params)
    } catch (error) {
      return { ...nothing, result: 'throws', seen: String(error).slice(0, 200) }
    }
    const read = attempt(() => wireOf(signed))
    if ('refusal' in read) return { ...nothing, result: 'refused', seen: `${read.refusal}\n${JSON.stringify(signed)}` }
    const request = read.value
    const verdict = judge(request, judged)
    const ours = attempt(() => resigned(request))
    const seen = `${verdict}\n  ccxt ${shown(request)}\n  ours ${'value' in ours ? shown(ours.value) : ours.refusal}`
    if (verdict !== 'accepted') return { ...nothing, result: 'refused', seen }
    const escaped: string[] = []
    let tried = 0
    const { covers } = onlySignature(request, judged)
    for (const { where, request: changed } of changes(request, spec, { ...row, covers, step })) {
      tried++
      if (judge(changed, judged) === 'accepted') escaped.push(where)
    }
    return { result: 'value' in ours ? compare(request, ours.value) : 'signature', tried, escaped, seen }
  }
}
