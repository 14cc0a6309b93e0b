import { hex, hexDecode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { CountersignError, fail, isCountersignError } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import { isObject } from '../spec/json-text.js'
import type { Output } from '../spec/outputs.js'
import { asRead } from '../spec/template.js'
import { type TypedData, typedDataBase } from '../wallet/typed-data.js'
import { recoverAddress } from '../wallet/wallet-key.js'

/** `0x` and 130 hexadecimal digits: r, s, v. */
export const walletSignature: Output = {
  id: '0xhex',
  encoding: 'hex',
  encode: hex,
  finish: (text) => `0x${text}`,
  keyCall: 'walletKey({ privateKey })',
}

const WORD = /^0x[0-9a-f]{1,64}$/

/** The three parts of a signature as members of JSON: `{ r, s, v }`. */
export const signatureMembers = (sign: string): { readonly r: string; readonly s: string; readonly v: number } => ({
  r: sign.slice(0, 66),
  s: `0x${sign.slice(66, 130)}`,
  v: Number.parseInt(sign.slice(130), 16),
})

/** The text of a signature from its parts, whose leading zeros some clients leave out; `undefined` for anything else. */
export function signatureOfMembers(value: unknown): string | undefined {
  if (!isObject(value) || Object.keys(value).length !== 3) return undefined
  const { r, s, v } = value
  if (typeof r !== 'string' || typeof s !== 'string' || !WORD.test(r) || !WORD.test(s)) return undefined
  if (v !== 27 && v !== 28) return undefined
  return `0x${r.slice(2).padStart(64, '0')}${s.slice(2).padStart(64, '0')}${v.toString(16)}`
}

/** The same in the template of a message: `signature: signatureObject`. */
export const signatureObject: object = /* @__PURE__ */ asRead('$sign', {
  write: (text) => signatureMembers(text as string),
  read: signatureOfMembers,
})

/**
 * What a wallet signs for a request, as its exchange makes it. What does not fit its type is the caller's error while a request is
 * signed, and the sender's once it was received.
 */
export const typedBase =
  (make: (draft: Draft) => TypedData) =>
  (draft: Draft): Uint8Array => {
    try {
      return typedDataBase(make(draft))
    } catch (error) {
      throw asReceived(draft, error)
    }
  }

/** The same for any error of a rule that both sides ask. */
export const asReceived = ({ sign }: Draft, error: unknown): unknown =>
  sign !== '' && isCountersignError(error, 'ARGUMENT_INVALID')
    ? new CountersignError('AUTH_MALFORMED', error.message)
    : error

type Made = Pick<Draft, 'body' | 'nonce' | 'options'> & { readonly base: Uint8Array }
const MADE: WeakMap<Draft, Made> = /* @__PURE__ */ new WeakMap()

/** What a rule makes of body, nonce and options of a draft that was received, once: finding its key asks before verifying does. */
export const madeOnce =
  (make: (draft: Draft) => Uint8Array) =>
  (draft: Draft): Uint8Array => {
    const { body, nonce, options } = draft
    const made = MADE.get(draft)
    if (made?.body === body && made.nonce === nonce && made.options === options) return made.base
    const base = make(draft)
    if (draft.sign !== '') MADE.set(draft, { body, nonce, options, base })
    return base
  }

/**
 * The account whose key signed a request that names none: recovered from the signature, in lower case.
 *
 * @throws {CountersignError} `SIGNATURE_MALFORMED` where no key made it.
 */
export function signerOf(base: Bytes, sign: string): string {
  const signature = hexDecode(sign.slice(2))
  const address = signature && recoverAddress(base, signature)
  return address === undefined
    ? fail('SIGNATURE_MALFORMED', 'the signature must be one of a wallet')
    : `0x${hex(address)}`
}
