import { assertKeyOptions } from '../../crypto/key.js'
import { isSecret, type Secret } from '../../crypto/secret.js'
import { fail, kindOf, mustBe } from '../../errors.js'
import { type CosmosKey, cosmosKey } from './cosmos-key.js'

/** What is used of `@scure/bip39`: pass the module, `import * as bip39 from '@scure/bip39'`. */
export interface Bip39Module {
  /** Whether the words are a phrase with a valid checksum. */
  validateMnemonic(mnemonic: string, wordlist: string[]): boolean
  /** The seed of a phrase. */
  mnemonicToSeedSync(mnemonic: string, passphrase?: string): Uint8Array
}

/** What is used of `@scure/bip32`: pass the module. */
export interface Bip32Module {
  /** Keys that are derived from others (BIP-32). */
  readonly HDKey: {
    /** The root key of a seed, from which the key of a path is derived. */
    fromMasterSeed(seed: Uint8Array): { derive(path: string): { readonly privateKey: Uint8Array | null } }
  }
}

/** Options of {@link cosmosMnemonicKey}. */
export interface CosmosMnemonicKeyOptions {
  /** 12 to 24 words. They are the keys of every account that was made with them: a key of one account is less to lose. */
  readonly mnemonic: string | Secret
  /** `@scure/bip39`. */
  readonly bip39: Bip39Module
  /** `@scure/bip32`. */
  readonly bip32: Bip32Module
  /** That of the language: `wordlist` of `@scure/bip39/wordlists/english`. */
  readonly wordlist: readonly string[]
  /** Default that of dYdX and most chains of the Cosmos SDK, `m/44'/118'/0'/0/0`. */
  readonly path?: string
  /** As in `cosmosKey`. */
  readonly prefix?: string
}

const PATH = "m/44'/118'/0'/0/0"

/**
 * The key of an account on dYdX, or on another chain of the Cosmos SDK, from the words that wallets show (BIP-39, BIP-32, BIP-44).
 * What derives it are `@scure/bip39` and `@scure/bip32`, which you install and pass: nothing else of this package has them.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for words that are none of the list or whose checksum is wrong, and for a path that leads
 *   to no key; otherwise as `cosmosKey`. No message holds a word.
 * @see {@link https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki | BIP-39}
 * @example
 * ```ts
 * import { type Bip32Module, type Bip39Module, cosmosMnemonicKey } from 'countersign/exchange/wallet'
 *
 * // import * as bip39 from '@scure/bip39', * as bip32 from '@scure/bip32', { wordlist } from '@scure/bip39/wordlists/english'
 * declare const bip39: Bip39Module
 * declare const bip32: Bip32Module
 * declare const wordlist: string[]
 * declare const env: { DYDX_MNEMONIC: string }
 * const key = cosmosMnemonicKey({ mnemonic: env.DYDX_MNEMONIC, bip39, bip32, wordlist })
 * console.log(key.address)
 * ```
 */
export function cosmosMnemonicKey(options: CosmosMnemonicKeyOptions): CosmosKey {
  assertKeyOptions('cosmosMnemonicKey', options, { mnemonic: 2, bip39: 2, bip32: 2, wordlist: 2, path: 1, prefix: 1 })
  const { bip39, bip32, wordlist, path = PATH, prefix } = options
  mustBe(typeof bip39?.mnemonicToSeedSync === 'function', 'bip39', 'the module @scure/bip39', bip39)
  mustBe(typeof bip32?.HDKey?.fromMasterSeed === 'function', 'bip32', 'the module @scure/bip32', bip32)
  mustBe(Array.isArray(wordlist) && wordlist.length === 2048, 'wordlist', 'the 2048 words of a language', wordlist)
  mustBe(typeof path === 'string' && /^m(?:\/\d{1,10}'?){1,10}$/.test(path), 'path', `one such as ${PATH}`, path)
  const given: unknown = options.mnemonic
  const text = isSecret(given) ? given.revealText() : given
  if (typeof text !== 'string') return fail('KEY_MALFORMED', `"mnemonic" must be 12 to 24 words, got ${kindOf(text)}`)
  const words = text.trim().split(/\s+/)
  const mnemonic = words.join(' ')
  if (words.length < 12 || words.length > 24 || !bip39.validateMnemonic(mnemonic, wordlist as string[]))
    fail(
      'KEY_MALFORMED',
      `"mnemonic" must be 12 to 24 words of "wordlist", got ${words.length}: is one wrong or missing?`,
    )
  const { privateKey } = bip32.HDKey.fromMasterSeed(bip39.mnemonicToSeedSync(mnemonic)).derive(path)
  return privateKey === null
    ? fail('KEY_MALFORMED', '"path" must lead to a private key')
    : cosmosKey({ privateKey, ...(prefix !== undefined && { prefix }) })
}
