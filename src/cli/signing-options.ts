import type { OptionRow } from './command-row.js'

export const ALGORITHMS = [
  'ed25519',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'rsa-pss-sha512',
  'rsa-pss-sha256',
  'rsa-v1_5-sha256',
  'rsa-v1_5-sha512',
  'hmac-sha256',
  'hmac-sha384',
  'hmac-sha512',
]

export const ALGORITHM: OptionRow = {
  flags: '-a, --algorithm <name>',
  text: 'algorithm of the key, given and never guessed',
  choices: ALGORITHMS,
  fallback: 'ed25519',
  elsewhere: ['--type', '-t', '--alg'],
}
const PASSPHRASE: OptionRow = {
  flags: '--passphrase <place>',
  text: 'where the passphrase of the key is kept; with --exchange that of the API key',
}
export const VAULT: OptionRow = {
  flags: '--vault-passphrase <place>',
  text: 'where the passphrase of a vault is kept',
}
export const KEY_ID: OptionRow = {
  flags: '-i, --key-id <id>',
  text: 'what the server knows the key by (default: its thumbprint)',
}
export const KEY: readonly OptionRow[] = [
  {
    flags: '-k, --key <place>',
    text: 'where the key is kept: file:PATH, env:NAME, vault:FILE#NAME, exec:COMMAND, prompt',
  },
  KEY_ID,
  ALGORITHM,
  PASSPHRASE,
  VAULT,
]
export const SIGNATURE: readonly OptionRow[] = [
  { flags: '--label <name>', text: 'name of the signature (default: sig1)' },
  { flags: '--tag <text>', text: 'tag of the signature' },
  { flags: '--expires-in <duration>', text: 'the signature states its end: 30s, 5m' },
  { flags: '--alg', text: 'the signature states its algorithm' },
]
export const TRACE: OptionRow = { flags: '--trace', text: 'show the text that is signed, line by line' }
export const ANSWERED: OptionRow = {
  flags: '--request <file>',
  text: 'of a response: the raw request that it answers',
}
export const SCHEME: OptionRow = {
  flags: '--scheme <name>',
  text: 'what the client used',
  choices: ['https', 'http'],
  fallback: 'https',
}

/** What other programs call the public half of a pair: the nearest name would be that of the private one. */
export const PUBLIC_ELSEWHERE = ['--pubkey', '--pub-key', '--pub', '--public', '--cert']
export const OF_EXCHANGE = ['--exchange']
const ACCOUNT: readonly OptionRow[] = [
  {
    flags: '-e, --env <name>',
    text: 'environment of the exchange, such as testnet (default: live, real money)',
    elsewhere: ['--environment', '--testnet', '--test', '--demo', '--sandbox', '--paper', '--simulated'],
  },
  { flags: '--api-key <key>', text: 'API key, or the place where it is kept' },
  { flags: '--secret <place>', text: 'where the secret of the API key is kept', without: ['--key'] },
  {
    flags: '--key-type <type>',
    text: 'with --key: type of the private key at the exchange',
    choices: ['ed25519', 'ecdsa-p256', 'rsa', 'rsa-pss', 'wallet', 'solana', 'cosmos', 'stark'],
  },
  { flags: '--key-passphrase <place>', text: 'with --exchange --key: where the passphrase of the private key is kept' },
  { flags: '--variant <name>', text: 'another way to sign of the same exchange' },
  { flags: '--recv-window <ms>', text: 'receive window, where the exchange has one' },
  { flags: '--origin <url>', text: 'another host of the exchange' },
  { flags: '--base-url <url>', text: 'a proxy of your own in front of the exchange' },
  { flags: '--option <name=value>', text: 'an option that only this exchange has', many: true },
]

const VERIFIED: Readonly<Record<string, string>> = {
  '--exchange': 'judge as an exchange would: okx, binance … (docs/exchanges.md)',
  '--api-key': 'the only API key that is accepted (default: any, with this secret)',
  '--secret': 'where the secret of the API key is kept',
  '--key-type': 'with --public-key: type of the key at the exchange',
  '--variant': 'another way to sign of the same exchange',
  '--option': 'an option that only this exchange has',
}

/** An account at an exchange. Without one its options would be ignored: `--env testnet` must not become a live request. */
export const EXCHANGE: readonly OptionRow[] = [
  { flags: '-x, --exchange <name>', text: 'sign as an exchange wants it: okx, binance … (docs/exchanges.md)' },
  ...ACCOUNT.map((row) => ({ ...row, needs: OF_EXCHANGE })),
]
/** The same for what signs for others, where a shared secret of our own signatures is `--secret` too. */
export const SIGNED_FOR: readonly OptionRow[] = EXCHANGE.map((row) =>
  row.flags.startsWith('--secret ') ? { flags: row.flags, text: row.text } : row,
)
/** What the verifying side of an exchange needs of an account. */
export const VERIFIED_EXCHANGE: readonly OptionRow[] = [
  ...EXCHANGE.flatMap((row): OptionRow[] => {
    const text = VERIFIED[/--[\w-]+/.exec(row.flags)?.[0] ?? '']
    return text === undefined ? [] : [{ ...row, text, without: [] }]
  }),
  { flags: '--passphrase <place>', text: 'where the passphrase of the API key is kept', needs: OF_EXCHANGE },
]
/** What only our own signatures have: an exchange's rules leave no choice. */
export const own = (rows: readonly OptionRow[]): readonly OptionRow[] =>
  rows.map((row) => ({ ...row, without: OF_EXCHANGE }))
export const withExchange = (rows: readonly OptionRow[]): readonly OptionRow[] =>
  rows.map((row) => (row === KEY_ID || row === ALGORITHM ? { ...row, without: OF_EXCHANGE } : row))
