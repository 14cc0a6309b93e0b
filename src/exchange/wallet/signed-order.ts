import type { Bytes, SigningKey } from '../../crypto/key.js'
import { isPromise } from '../../support/deadline.js'
import type { TypedData } from './typed-data.js'

/** At once where the key answers at once. */
export type Signed<K extends SigningKey, T> = ReturnType<K['sign']> extends Uint8Array ? T : T | Promise<T>

/** Orders of one exchange that a wallet signs by themselves, whatever request carries them. */
export interface OrderSigner<K extends SigningKey, O, S> {
  /** What a wallet is shown for an order. @throws {CountersignError} `ARGUMENT_INVALID` with the path of what does not fit. */
  typedData(order: O): TypedData
  /** The order with its signature, as the exchange's API takes it. @throws {CountersignError} as `typedData`. */
  sign(order: O): Signed<K, S>
}

/** What becomes of a signature, at once where the key answers at once. */
export function signedWith<T>(key: SigningKey, base: Bytes, then: (signature: Uint8Array) => T): T | Promise<T> {
  const signature = key.sign(base)
  return isPromise(signature) ? signature.then(then) : then(signature)
}
