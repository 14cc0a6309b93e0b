import type { CommandRow, OptionRow } from './command-row.js'
import { KEYRING } from './keyring-options.js'
import { KEYS_COMMANDS } from './keys-commands.js'

const ALGORITHMS = [
  'ed25519',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pss-sha512',
  'rsa-pss-sha256',
  'rsa-v1_5-sha256',
  'hmac-sha256',
  'hmac-sha384',
  'hmac-sha512',
]

const ALGORITHM: OptionRow = {
  flags: '-a, --algorithm <name>',
  text: 'algorithm of the key, stated and never guessed',
  choices: ALGORITHMS,
  fallback: 'ed25519',
}
const PASSPHRASE: OptionRow = {
  flags: '--passphrase <place>',
  text: 'where the passphrase of the key is kept; with --exchange that of the API key',
}
const VAULT: OptionRow = {
  flags: '--vault-passphrase <place>',
  text: 'where the passphrase of a vault is kept',
}
const KEY_ID: OptionRow = {
  flags: '-i, --key-id <id>',
  text: 'what the server knows the key by (default: its thumbprint)',
}
const KEY: readonly OptionRow[] = [
  {
    flags: '-k, --key <place>',
    text: 'where the key is kept: file:PATH, env:NAME, vault:FILE#NAME, exec:COMMAND, prompt',
  },
  KEY_ID,
  ALGORITHM,
  PASSPHRASE,
  VAULT,
]
const SIGNATURE: readonly OptionRow[] = [
  { flags: '--label <name>', text: 'name of the signature (default: sig1)' },
  { flags: '--tag <text>', text: 'tag of the signature' },
  { flags: '--expires-in <duration>', text: 'the signature states its end: 30s, 5m' },
  { flags: '--alg', text: 'the signature states its algorithm' },
]
const TRACE: OptionRow = { flags: '--trace', text: 'show the text that is signed, line by line' }
const ANSWERED: OptionRow = {
  flags: '--request <file>',
  text: 'of a response: the raw request that it answers',
}
const SCHEME: OptionRow = {
  flags: '--scheme <name>',
  text: 'what the client used',
  choices: ['https', 'http'],
  fallback: 'https',
}

const OF_EXCHANGE = ['--exchange']
const ACCOUNT: readonly OptionRow[] = [
  { flags: '-e, --env <name>', text: 'environment of the exchange, such as testnet (default: live, real money)' },
  { flags: '--api-key <key>', text: 'API key, or the place where it is kept' },
  { flags: '--secret <place>', text: 'where the secret of the API key is kept', without: ['--key'] },
  {
    flags: '--key-type <type>',
    text: 'with --key: type of the private key at the exchange',
    choices: ['ed25519', 'ecdsa-p256', 'rsa', 'rsa-pss'],
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
const SIGNED_FOR: readonly OptionRow[] = EXCHANGE.map((row) =>
  row.flags.startsWith('--secret ') ? { flags: row.flags, text: row.text } : row,
)
/** What the verifying side of an exchange needs of an account. */
const VERIFIED_EXCHANGE: readonly OptionRow[] = [
  ...EXCHANGE.flatMap((row): OptionRow[] => {
    const text = VERIFIED[/--[\w-]+/.exec(row.flags)?.[0] ?? '']
    return text === undefined ? [] : [{ ...row, text, without: [] }]
  }),
  { flags: '--passphrase <place>', text: 'where the passphrase of the API key is kept', needs: OF_EXCHANGE },
]
/** What only our own signatures have: an exchange's rules leave no choice. */
const own = (rows: readonly OptionRow[]): readonly OptionRow[] => rows.map((row) => ({ ...row, without: OF_EXCHANGE }))
const withExchange = (rows: readonly OptionRow[]): readonly OptionRow[] =>
  rows.map((row) => (row === KEY_ID || row === ALGORITHM ? { ...row, without: OF_EXCHANGE } : row))

/** Where `proxy` and `mcp` send to. */
const TARGETS: readonly OptionRow[] = [
  { flags: '-t, --target <url>', text: 'the service that is signed for' },
  { flags: '-c, --config <file>', text: 'targets, keys and policy from a file of JSON with comments' },
]
/** What they may call, and how they sign. */
const SIGNING: readonly OptionRow[] = [
  { flags: '--route <route>', text: 'what may be called: "GET /orders/*" (default: everything)', many: true },
  ...withExchange(KEY),
  ...own(SIGNATURE),
  { flags: '--timeout <duration>', text: 'how long to wait for an answer (default: 60s)' },
  { flags: '--max-body <size>', text: 'largest body that is read to be signed (default: 16m)' },
  { flags: '--allow-http', text: 'send without TLS, also to another machine' },
  ...SIGNED_FOR,
]

/** Everything `countersign` can do. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'keygen',
    args: [['[name]', 'files are NAME.pem and NAME.pub.pem (default: key)']],
    text: 'make a key pair: the private half in a file of mode 600, the public one on the screen',
    options: [
      ALGORITHM,
      { ...KEY_ID, text: 'what the key is called (default: its thumbprint)' },
      { flags: '--encrypt', text: 'ask for a passphrase and encrypt the private key' },
      { flags: '--passphrase <place>', text: 'encrypt, with a passphrase that is kept there', without: ['--encrypt'] },
    ],
    load: () => import('./commands/keygen.js'),
  },
  {
    name: 'request',
    args: [
      ['<method>', 'GET, POST …; may be left out'],
      ['[url]', 'https://…, or :8080/path for this machine; with --exchange a path is enough'],
      ['[items...]', 'Name:value, field=value, field:=json, name==value, @file'],
    ],
    text: 'sign a request and send it',
    options: [
      ...withExchange(KEY),
      ...own(SIGNATURE),
      { flags: '-f, --form', text: 'fields as a form in place of JSON', without: OF_EXCHANGE },
      { flags: '--print-curl', text: 'print the curl command that sends the same, and send nothing' },
      {
        flags: '-p, --print <parts>',
        text: 'H, B: head and body of the request; h, b: of the answer',
        without: ['--print-curl', '--verbose'],
      },
      { flags: '-v, --verbose', text: 'print all four', without: ['--print-curl'] },
      TRACE,
      { flags: '--timeout <duration>', text: 'how long to wait for the answer', fallback: '30s' },
      { flags: '--allow-http', text: 'send without TLS, also to another machine', without: OF_EXCHANGE },
      ...EXCHANGE,
      {
        flags: '--exchange-clock',
        text: 'ask the exchange for its time first, and sign with that',
        needs: OF_EXCHANGE,
      },
    ],
    load: () => import('./commands/request.js'),
  },
  {
    name: 'sign',
    args: [['[file]', 'a raw HTTP request or response (default: standard input)']],
    text: 'sign a raw HTTP message and print it',
    options: [...withExchange(KEY), ...own(SIGNATURE), ANSWERED, SCHEME, TRACE, ...EXCHANGE],
    load: () => import('./commands/sign.js'),
  },
  {
    name: 'verify',
    args: [['[file]', 'a raw HTTP request or response (default: standard input)']],
    text: 'judge a raw HTTP message as its receiver would',
    options: [
      { flags: '-P, --public-key <file>', text: 'public key of the sender: PEM or JWK' },
      {
        flags: '-k, --key <place>',
        text: 'shared secret: file:PATH, env:NAME, vault:FILE#NAME, exec:COMMAND, prompt',
        without: OF_EXCHANGE,
      },
      {
        ...KEY_ID,
        text: 'the only id that is accepted (default: any, with this key)',
        without: OF_EXCHANGE,
      },
      { ...ALGORITHM, without: OF_EXCHANGE },
      VAULT,
      { flags: '--max-age <duration>', text: 'how old a signature may be (default: 5m)' },
      { flags: '--at <time>', text: 'judge at another time, for a request that was kept' },
      {
        flags: '--require <component>',
        text: 'what must be covered, in place of method, authority, path, query and body',
        many: true,
        without: OF_EXCHANGE,
      },
      { flags: '--without-nonce', text: 'accept a signature without a nonce', without: OF_EXCHANGE },
      { flags: '--label <name>', text: 'which signature, where there are several', without: OF_EXCHANGE },
      ANSWERED,
      SCHEME,
      TRACE,
      ...VERIFIED_EXCHANGE,
    ],
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'explain',
    args: [
      ['[file]', 'the request: raw HTTP, a curl line, a HAR entry, a fetch snippet, JSON (default: standard input)'],
    ],
    text: 'why a request does not verify; nothing is sent anywhere',
    options: [
      { flags: '-c, --clipboard', text: 'read what was copied' },
      {
        flags: '-P, --public-key <file>',
        text: 'public key of the client: PEM or JWK',
        without: ['--key', '--secret'],
      },
      {
        flags: '-k, --key <place>',
        text: 'key or shared secret: file:PATH, env:NAME, vault:FILE#NAME, exec:COMMAND, prompt',
      },
      { flags: '-a, --algorithm <name>', text: 'algorithm of the key', choices: ALGORITHMS },
      { flags: '-s, --scheme <name>', text: 'rfc9421, or an exchange (default: found by host and headers)' },
      { flags: '--variant <name>', text: 'another way to sign of the same exchange', needs: ['--scheme'] },
      { flags: '--secret <place>', text: 'where the secret of the API key is kept', without: ['--key'] },
      { flags: '--passphrase <place>', text: 'where the passphrase of the key or of the API key is kept' },
      VAULT,
      { flags: '--refusal <file>', text: 'the answer of the server' },
      { flags: '--string-to-sign <file>', text: 'what the other side shows as signed' },
      { flags: '--at <time>', text: 'when the request was judged' },
    ],
    load: () => import('./commands/explain.js'),
  },
  {
    name: 'doctor',
    args: [],
    text: 'check the set-up: clock, key files, key, permissions and end at an exchange',
    options: [
      { flags: '-u, --url <url>', text: 'compare the clock with the Date field of its answer' },
      ...withExchange(KEY),
      ...EXCHANGE,
      { flags: '--needs <permission>', text: 'what the key must be able to do: trade', many: true, needs: OF_EXCHANGE },
    ],
    load: () => import('./commands/doctor.js'),
  },
  {
    name: 'inspect',
    args: [],
    text: 'serve the debugging page to this machine: what is signed, what differs, and why',
    options: [{ flags: '--port <number>', text: 'port on 127.0.0.1 (default: any free one)' }],
    load: () => import('./commands/inspect.js'),
  },
  {
    name: 'proxy',
    args: [],
    text: 'sign what any program sends through an address of this machine, until stopped (docs/proxy.md)',
    options: [
      ...TARGETS,
      { flags: '--check', text: 'with --config: check the file and its keys, and end' },
      { flags: '--listen <address>', text: 'address and port (default: 127.0.0.1:8787)' },
      {
        flags: '--listen-beyond-loopback',
        text: 'allow another address than loopback: whatever reaches it can use the keys',
      },
      { flags: '--host <authority>', text: 'a further name that Host may have: host.docker.internal:8787', many: true },
      ...SIGNING,
    ],
    load: () => import('./commands/proxy.js'),
  },
  {
    name: 'mcp',
    args: [],
    text: 'the same targets, keys and policy for an assistant, by the Model Context Protocol on standard input and output',
    options: [...TARGETS, ...SIGNING],
    load: () => import('./commands/mcp.js'),
  },
  {
    name: 'gate',
    args: [],
    text: 'verify what arrives and pass it on to a service in any language, until stopped (docs/proxy.md)',
    options: [
      { flags: '-u, --upstream <url>', text: 'the service behind the gate: http://127.0.0.1:8080' },
      { flags: '--keys <file>', text: 'keys that are accepted: file:keys.json (or --store, a keyring)' },
      { flags: '--listen <address>', text: 'address and port (default: 127.0.0.1:8443)' },
      {
        flags: '--origin <url>',
        text: 'what clients call it: https://api.example.com (default: localhost and the port)',
      },
      {
        flags: '--route <route>',
        text: 'scope of a path: "GET /orders/* orders:read"; any other path is refused',
        many: true,
      },
      { flags: '--rate <limit>', text: 'requests of one key in a time: 600/1m' },
      { flags: '--peer-rate <limit>', text: 'refused requests of one address in a time: 60/1m' },
      {
        flags: '--trust-proxy <range>',
        text: 'addresses of proxies of your own, whose X-Forwarded-For counts',
        many: true,
      },
      { flags: '--covered-only', text: 'pass on only the fields that the signature covers' },
      { flags: '--max-body <size>', text: 'largest body (default: 1m)' },
      { flags: '--tls-cert <file>', text: 'certificate, where the gate ends TLS' },
      { flags: '--tls-key <place>', text: 'where its private key is kept' },
      { flags: '--admin <address>', text: 'serve /healthz, /readyz and /metrics there: 127.0.0.1:9464' },
      { flags: '--admin-beyond-loopback', text: 'allow another address than loopback for --admin' },
      { flags: '--timeout <duration>', text: 'how long to wait for the service (default: 60s)' },
      { flags: '--drain <duration>', text: 'how long /readyz says no before connections are refused (default: 0s)' },
      {
        flags: '--skip-restart-wait',
        text: 'listen at once: what was signed just before the start may be accepted a second time',
      },
      { flags: '--allow-http', text: 'speak to a service on another machine without TLS' },
      ...KEYRING,
    ],
    load: () => import('./commands/gate.js'),
  },
  {
    name: 'probe',
    args: [['<url>', 'a request that the server accepts, and that may be executed some thirty times']],
    text: 'try the attack catalogue on a server of your own that verifies RFC 9421 signatures',
    options: [
      ...KEY,
      { flags: '-X, --method <method>', text: 'default: GET, or POST with --data' },
      { flags: '-H, --header <line>', text: 'Name: value', many: true },
      { flags: '-d, --data <text>', text: 'body, or @FILE; without one the attacks on bodies are not tried' },
      { flags: '--label <name>', text: 'name of the signature (default: sig1)' },
      { flags: '--tag <text>', text: 'tag of the signature' },
      { flags: '--connect-to <address>', text: 'host:port to connect to, where the URL has a public name' },
      { flags: '--timeout <duration>', text: 'how long an answer may take (default: 5s)' },
      { flags: '--i-own-this-server', text: 'allow a host that is not this machine' },
    ],
    load: () => import('./commands/probe.js'),
  },
  ...KEYS_COMMANDS,
]
