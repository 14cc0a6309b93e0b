import type { Bytes, SigningKey, SyncSigningKey } from '../../crypto/key.js'
import type { Nonces } from '../../sources/sources.js'
import { assertParts, NONCES, timeOf } from '../../support/asked.js'
import { type Credentials, keyOf, type SharedSecrets } from '../spec/credentials.js'
import type { Output } from '../spec/outputs.js'
import { type Account, outputOf } from '../spec/sign.js'
import type { SignOptions } from '../spec/signer-types.js'
import type { AccountReaders, ExchangeSpec, LearningClock, NonceFormat } from '../spec/spec.js'
import { type Home, homeOf } from './home.js'
import { type Chosen, ownOptions } from './options.js'

/** One account at an exchange: what its requests, its messages and its tokens are all signed with. */
export interface SigningAccount extends LearningClock {
  readonly spec: ExchangeSpec
  readonly key: SigningKey
  readonly account: Account
  readonly home: Home
  /** How its signatures are written. */
  readonly output: Output
  /** Where its nonces come from; `undefined` where the exchange has none. */
  readonly nonces: Nonces | undefined
  /** The time of one signature. */
  nowOf(when: SignOptions | undefined): number
  /** The nonce of one signature, '' where it has none. */
  nonceOf(when: SignOptions | undefined, form?: NonceFormat): string
}

/** Of an exchange without an answer that states its time. */
const UNRULED: LearningClock = {
  clock: { now: () => Date.now(), sync: async () => false },
  isClockError: async () => false,
}

/** @throws {CountersignError} `CONFIG_INVALID`, `KEY_MALFORMED`, `ARGUMENT_INVALID` for credentials that cannot be right. */
export function signingAccount(
  chosen: Chosen,
  credentials: Credentials,
  { secrets, readers }: { readonly secrets?: SharedSecrets; readonly readers?: AccountReaders },
): SigningAccount {
  const { spec } = chosen
  // An exchange states what reads the options that it has; one that forgot has no signer.
  const { passphraseOf, windowOf, learningClock } = { ...readers, ...spec } as AccountReaders
  const key = keyOf(spec, credentials, secrets)
  const { passphrase, recvWindow, nonces: given } = credentials
  const account: Account = {
    passphrase: spec.passphrase === undefined ? '' : passphraseOf(spec, key, passphrase),
    window: spec.window === undefined ? '' : windowOf(spec, recvWindow),
    // Rules see the exchange's options, and no secret.
    options: ownOptions(spec, credentials),
  }
  const home = homeOf(chosen, credentials)
  const learning = spec.clock === undefined ? UNRULED : learningClock(spec)
  const { clock } = learning
  const { keyId } = key
  assertParts(spec.name, credentials, NONCES)
  const nonces = spec.nonce && (given ?? spec.nonce.nonces)
  return {
    ...learning,
    spec,
    key,
    account,
    home,
    output: outputOf(spec, key.algorithm),
    nonces,
    nowOf: (when) => timeOf(when?.clock ?? clock),
    nonceOf: (when, form = spec.nonce) =>
      (when?.nonces ?? (form === spec.nonce ? nonces : form?.nonces))?.next(keyId) ?? '',
  }
}

/** One key call between two pure halves: at once where the key answers at once. */
export function withSignature<T>(
  key: SigningKey,
  base: Bytes,
  { encoding }: Output,
  then: (signature: Uint8Array | string) => T,
): T | Promise<T> {
  const { signText } = key as SyncSigningKey
  const signature = signText === undefined ? key.sign(base) : signText.call(key, base, encoding)
  return signature instanceof Promise ? signature.then(then) : then(signature)
}
