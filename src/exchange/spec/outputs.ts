import { base64 as toBase64, base64url as toBase64url, hex as toHex } from '../../crypto/encoding.js'
import type { SigningKey, TextEncoding } from '../../crypto/key.js'

/** How an exchange writes a signature as text. The strict reader of each lies on the verifying side, by {@link Output.id}. */
export interface Output {
  /** Its name. */
  readonly id: OutputId
  /** The form a key writes by itself. */
  readonly encoding: TextEncoding
  /** The same for keys that give bytes. */
  readonly encode: (bytes: Uint8Array) => string
  /** What becomes of that text; absent where it stays as it is. */
  readonly finish?: (text: string) => string
  /** The call that makes keys for it, for messages: `walletKey({ privateKey })`. Default: that of importExchangeKey(). */
  readonly keyCall?: string
  /** Refuses a key that signs for no account, when the signer is made. */
  readonly assertKey?: (key: SigningKey) => void
}

export type OutputId =
  | 'hex'
  | 'HEX'
  | 'anyhex'
  | 'base64'
  | 'base64url'
  | 'base64url='
  | 'base64(hex)'
  | '0xhex'
  | 'r,s'
  | 'base58'
  | 'plain'

/** Lower-case hexadecimal. */
export const hex: Output = { id: 'hex', encoding: 'hex', encode: toHex }

/** Lower-case hexadecimal; the exchange does not look at the case of what it receives. */
export const anyHex: Output = { id: 'anyhex', encoding: 'hex', encode: toHex }

/** Upper-case hexadecimal. */
export const upperHex: Output = { id: 'HEX', encoding: 'hex', encode: toHex, finish: (text) => text.toUpperCase() }

/** Padded standard base64. */
export const base64: Output = { id: 'base64', encoding: 'base64', encode: toBase64 }

/** Unpadded URL-safe base64. */
export const base64url: Output = { id: 'base64url', encoding: 'base64url', encode: toBase64url }

/** URL-safe base64 with its padding. */
export const paddedBase64url: Output = {
  id: 'base64url=',
  encoding: 'base64',
  encode: toBase64,
  finish: (text) => text.replaceAll('+', '-').replaceAll('/', '_'),
}

/** Base64 of the text of the hexadecimal digits. */
export const base64OfHex: Output = { id: 'base64(hex)', encoding: 'hex', encode: toHex, finish: (text) => btoa(text) }
