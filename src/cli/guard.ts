import { usage } from './usage.js'

// Options that other tools have for a secret. Ours take a place where it is kept, and have these names only where they do.
const SECRET_NAME =
  /^--?(?:pass(?:word|wd)?|pw|token|bearer|api-?secret|secret-?key|secret-?access-?key|private-?key|hmac-?key|auth|credentials?|memo|pin|mnemonic|seed)$/i
/** A secret of the keyring: see its key format. */
const KEYRING_SECRET = /(?:^|[^0-9A-Za-z])[a-z][a-z0-9]{1,15}s_(?:live|test)_[0-9A-Za-z]{20,}/
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY/
/** Everything up to what holds a value. */
const nameOf = (argument: string): string => argument.split('=', 1)[0] ?? ''

export const PLACES = 'env:NAME, file:PATH, vault:FILE#NAME, exec:COMMAND or prompt'

/**
 * Refuses secrets on the command line, before anything reads it: every process of the machine can see them there, and the
 * shell keeps them. The text itself is not repeated.
 *
 * @throws {UsageError}
 */
export function refuseSecrets(argv: readonly string[], known: ReadonlySet<string>): void {
  // Behind it stand arguments, which may be spelt like options; a secret is one wherever it stands.
  const options = argv.indexOf('--')
  for (const [at, argument] of argv.entries()) {
    const name = nameOf(argument)
    if ((options === -1 || at < options) && argument.startsWith('-') && SECRET_NAME.test(name) && !known.has(name))
      usage(
        `${name}: a secret must not stand on the command line. State where it is kept: --key or --secret with ${PLACES}`,
      )
    if (KEYRING_SECRET.test(argument) || PEM.test(argument))
      usage(
        `argument ${at + 1} holds a secret, which every process of this machine can now read: replace it (keys rotate), and state where it is kept: ${PLACES}`,
      )
  }
}
