import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { cleanSecretBytes, Secret } from '../../crypto/secret.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { fromProgram } from './exec.js'
import { fromFile } from './file.js'
import type { Provider, SecretContext } from './provider.js'
import { fromVault } from './vault.js'

/** Where a passphrase comes from: a reference, or the passphrase itself as a `Secret` or bytes. Never its text. */
export type PassphraseFrom = string | Secret | Uint8Array

/** Options of {@link loadSecret}. */
export interface LoadSecretOptions {
  /**
   * Of the vault that a `vault:` reference names: a reference such as `env:VAULT_PASS`, or a `Secret`. A passphrase as a
   * plain string is refused, because a string is always a reference.
   */
  readonly passphrase?: PassphraseFrom
  /** For `env:`, and what a program of `exec:` sees. Default: the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** How long a program of `exec:` may take, 1 to 600 000. Default 30 000. */
  readonly timeoutMs?: number
}

/** The names of {@link LoadSecretOptions}. */
export const SECRET_OPTIONS: OptionNames<LoadSecretOptions> = { passphrase: 1, env: 1, timeoutMs: 1 }

/** `env:NAME`. */
const fromEnvironment: Provider = async (name, { env, clean }) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name))
    fail('ARGUMENT_INVALID', '"env:" must be followed by the name of an environment variable')
  const text = Object.hasOwn(env, name) ? env[name] : undefined
  const what = `environment variable ${name}`
  const bytes = text ? clean(what, utf8(text)) : undefined
  return bytes?.length
    ? new Secret(bytes)
    : fail('SECRET_UNAVAILABLE', `${what} must have a value, it is ${text === undefined ? 'not set' : 'empty'}`)
}

const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  ['env', fromEnvironment],
  ['file', fromFile],
  ['vault', fromVault],
  ['exec', fromProgram],
])

/**
 * Reads a secret from where it is kept, so that it stands in no source file and no configuration.
 *
 * Text is read without a byte order mark before it and one line break behind it, wherever it stands. White space or quotes around
 * it may be part of it or not, and are refused; what is no UTF-8 is bytes and stays as it is.
 *
 * - `env:NAME` an environment variable.
 * - `file:path` a file of at most 64 KiB. It must be a regular file (links are followed), owned
 *   by this user or root, and closed to all others: `chmod 600`. Windows has no such bits, and nothing is checked there.
 * - `vault:path#name` an entry of an age file with a passphrase, which `writeVaultFile` or `age -p` makes; takes `passphrase`.
 * - `exec:command …` what a program prints, such as a password manager's: at most 64 KiB.
 *   No shell runs: words are separated by spaces, `'…'` and `"…"` hold together what belongs together, and what a
 *   shell would act on is refused. The program gets no standard input, so it must not have to ask; on Windows it must be
 *   an `.exe`.
 *
 * @throws {CountersignError} `SECRET_UNAVAILABLE` where there is no such secret, it is empty, the file is open to others, or the
 *   program fails, takes too long or prints too much; `KEY_PASSPHRASE`, `KEY_UNSUPPORTED` and `STORE_CORRUPTED` as
 *   `openVault`; `ARGUMENT_INVALID` for anything that is no reference. No message holds the secret, what a program printed,
 *   or the text of a reference that is none: it may be a secret in the wrong place.
 * @see {@link https://developer.1password.com/docs/cli/secret-references | 1Password secret references}
 * @see {@link https://bitwarden.com/help/cli/#get | Bitwarden CLI, get}
 * @example
 * ```ts
 * import { hmacKey } from 'countersign'
 * import { loadSecret } from 'countersign/client/load-secret'
 * import { okx } from 'countersign/exchange/okx'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: await loadSecret('env:BOT_SECRET') })
 * const fromFile = await loadSecret('file:/run/secrets/bot')
 * const fromVault = await loadSecret('vault:/etc/bot/secrets.age#bot-1', { passphrase: 'env:VAULT_PASS' })
 * const from1Password = await loadSecret('exec:op read op://trading/okx/secret')
 * const fromBitwarden = await loadSecret('exec:bw get password okx')
 * const signer = okx({ apiKey: 'api-key', secret: from1Password, passphrase: 'as chosen at the exchange' })
 * ```
 */
export async function loadSecret(reference: string, options: LoadSecretOptions = {}): Promise<Secret> {
  assertOptions('loadSecret', options, SECRET_OPTIONS, {}, 'ARGUMENT_INVALID')
  return resolve(reference, contextOf(options))
}

/**
 * {@link loadSecret} as text, for what takes nothing else, such as the passphrase of an exchange. A string shows itself in
 * logs: prefer the `Secret`.
 *
 * @throws {CountersignError} as {@link loadSecret}, and `SECRET_UNAVAILABLE` for bytes that are no UTF-8.
 * @example
 * ```ts
 * import { loadSecret, secretText } from 'countersign/client/load-secret'
 * import { okx } from 'countersign/exchange/okx'
 *
 * const signer = okx({
 *   apiKey: await secretText('env:OKX_KEY'),
 *   secret: await loadSecret('env:OKX_SECRET'),
 *   passphrase: await secretText('env:OKX_PASSPHRASE'),
 * })
 * ```
 */
export async function secretText(reference: string, options: LoadSecretOptions = {}): Promise<string> {
  assertOptions('secretText', options, SECRET_OPTIONS, {}, 'ARGUMENT_INVALID')
  const secret = await loadSecret(reference, options)
  return utf8Decode(secret.reveal()) ?? fail('SECRET_UNAVAILABLE', 'the secret must be UTF-8 text')
}

/** What one call knows, and shares with the references inside it. */
export function contextOf({ passphrase, env = process.env, timeoutMs = 30_000 }: LoadSecretOptions): SecretContext {
  if (!(timeoutMs >= 1 && timeoutMs <= 600_000))
    fail('ARGUMENT_INVALID', '"timeoutMs" must be 1 to 600000 milliseconds')
  const context: SecretContext = {
    env,
    timeoutMs,
    clean: (what, bytes) => cleanSecretBytes(what, bytes, 'SECRET_UNAVAILABLE'),
    opened: new Map(),
    passphrase: async () => {
      if (passphrase !== undefined) return passphraseFrom(passphrase, context)
      fail('KEY_PASSPHRASE', 'a vault needs a passphrase, got none')
    },
  }
  return context
}

/** The passphrase itself. A vault that holds its own passphrase, or another's, would need one again. */
export async function passphraseFrom(from: PassphraseFrom, context: SecretContext): Promise<Secret | Uint8Array> {
  if (typeof from !== 'string') return from
  if (from.startsWith('vault:'))
    fail('ARGUMENT_INVALID', '"passphrase" must be a reference to something else than a vault')
  return resolve(from, context)
}

/** The secret of a reference, within a call. */
export async function resolve(reference: string, context: SecretContext): Promise<Secret> {
  const [, scheme = '', rest = ''] = /^([a-z]{1,8}):(.*)$/s.exec(typeof reference === 'string' ? reference : '') ?? []
  const provider =
    PROVIDERS.get(scheme) ??
    fail(
      'ARGUMENT_INVALID',
      'a reference must be env:NAME, file:path, vault:path#name or exec:command; a passphrase itself is given as a Secret',
    )
  return provider(rest, context)
}
