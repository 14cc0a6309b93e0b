import type { OptionRow } from './command-row.js'

/** How a keyring is reached. */
export const KEYRING: readonly OptionRow[] = [
  {
    flags: '--store <url>',
    text: 'file:PATH, sqlite:PATH, postgres://…, redis://… (or COUNTERSIGN_STORE)',
  },
  { flags: '--prefix <text>', text: 'prefix of ids and secrets (or COUNTERSIGN_PREFIX)' },
  { flags: '--kek <place>', text: 'where the key-encryption key is kept (or COUNTERSIGN_KEK)' },
  { flags: '--former-kek <place>', text: 'a key-encryption key of before, which still opens', many: true },
  { flags: '--index-secret <place>', text: 'where the secret is kept that makes leaked secrets findable' },
  { flags: '--environment <name>', text: 'live or test keys', choices: ['live', 'test'], fallback: 'live' },
  { flags: '--audit <file>', text: 'audit trail that the change is written to' },
  { flags: '--vault-passphrase <place>', text: 'where the passphrase of a vault is kept' },
]

/** Who changes something, and why. */
export const ACT: readonly OptionRow[] = [
  { flags: '--actor <name>', text: 'who changes it, for the trail (default: the user of this process)' },
  { flags: '--reason <text>', text: 'why, for the record and the trail' },
]

/** For the commands that may be the first of a store. */
export const CREATE: OptionRow = {
  flags: '--create',
  text: 'make a new keyring, also beside one of a similar name or in a store with keys of another',
}

export const SECRET_FILE: OptionRow = {
  flags: '--secret-file <file>',
  text: 'write the secret into a new file of mode 600, and print none',
}
export const PUBLIC_KEY: OptionRow = {
  flags: '-P, --public-key <file>',
  text: 'public key of the owner, PEM or JWK: the service then keeps no secret',
}
