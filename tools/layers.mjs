/**
 * Who may import what, as data. `tools/check-layers.mjs` reads it; the tour is in docs/architecture.md.
 * Paths are relative to `src/`.
 */

const MACHINERY = ['support', 'errors']
const SCHEMES = ['schemes/scheme', 'message', 'crypto', ...MACHINERY]
const RANDOM = ['crypto/random', 'crypto/generate']
const EXCHANGE = ['exchange/spec', ...SCHEMES]
const EVERYTHING = [
  ...['audit', 'keyring', 'server', 'client', 'access', 'sources', 'support/node', 'schemes/*', ...RANDOM, ...SCHEMES],
  ...[
    'catalogue',
    'families',
    'special',
    'spec',
    'signer',
    'verifier',
    'keys',
    'check-key',
    'mistakes',
    'wallet',
    'orders',
    'logins',
  ].map((room) => `exchange/${room}`),
]

/**
 * The rooms, and the rooms that each may import besides itself. A room is a folder or a file: a file belongs to the row with the
 * longest name that its path begins with, and `schemes/*` is any family of schemes. A family is an island, so it is not in its
 * own list. A room marked `type:` may only be imported with `import type`. Entry points are rows of their own: they hand out more
 * than their room may use, and no other row lists them.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ROOMS = {
  errors: [],
  support: ['errors'],
  'support/node': MACHINERY,
  crypto: ['crypto/random', ...MACHINERY],
  // Randomness is an argument in pure rooms, so what makes it stands apart from the keys.
  'crypto/random': ['crypto', ...MACHINERY],
  'crypto/generate': ['crypto', 'crypto/random', ...MACHINERY],
  message: ['crypto', ...MACHINERY],
  sources: ['crypto', 'crypto/random', 'support/node', ...MACHINERY],
  access: ['crypto', ...MACHINERY],
  // The contract names the sources that a service may bring.
  'schemes/scheme': ['type:sources', 'message', 'crypto', ...MACHINERY],
  'schemes/*': SCHEMES,
  'exchange/spec': ['type:sources', ...SCHEMES],
  'exchange/verifier': EXCHANGE,
  'exchange/keys': EXCHANGE,
  // Keys of accounts on a chain, and the typed data they sign.
  'exchange/wallet': EXCHANGE,
  'exchange/orders': ['crypto/random', 'exchange/families', 'exchange/wallet', ...EXCHANGE],
  // What senders do wrong, as data for the doctor.
  'exchange/mistakes': ['exchange/families', 'exchange/wallet', ...EXCHANGE],
  'exchange/signer': ['sources', 'crypto/random', ...EXCHANGE],
  'exchange/families': ['exchange/signer', 'exchange/wallet', ...EXCHANGE],
  // What one exchange alone does, as code; its data stands in the catalogue.
  'exchange/special': ['exchange/families', 'exchange/signer', 'exchange/wallet', ...EXCHANGE],
  'exchange/catalogue': ['exchange/families', 'exchange/special', 'exchange/signer', 'exchange/wallet', ...EXCHANGE],
  // What opens a session at an exchange; the client keeps it.
  'exchange/logins': ['exchange/catalogue', 'exchange/families', 'exchange/wallet', ...EXCHANGE],
  'exchange/check-key': ['exchange/signer', 'sources', ...EXCHANGE],
  client: ['schemes/rfc9421', 'sources', 'support/node', ...RANDOM, ...SCHEMES],
  // Receiving and sending: the clock, the memory and the randomness that the schemes are without.
  // Access keys from where the AWS SDKs look, on Node.
  aws: ['schemes/sigv4', 'client', ...SCHEMES],
  webhook: ['schemes/webhook', 'sources', ...RANDOM, ...SCHEMES],
  // The rules for URLs of unknown hosts are those of key directories.
  'webhook/send': ['webhook', 'schemes/webhook', 'client', 'server', 'access', 'sources', 'crypto/random', ...SCHEMES],
  // The same for the middleware of every framework.
  'webhook/verifier': ['webhook', 'schemes/webhook', 'server', 'access', 'sources', ...SCHEMES],
  server: ['access', 'sources', ...RANDOM, ...SCHEMES],
  // Both halves of an agent's identity: what it sends and publishes, and what a site makes of it.
  agents: ['schemes/rfc9421', 'client', 'server', 'access', 'sources', 'crypto/random', ...SCHEMES],
  audit: ['type:server', 'access', 'sources', 'support/node', 'crypto', 'crypto/random', ...MACHINERY],
  keyring: ['type:server', 'type:audit', 'access', 'sources', 'support/node', 'crypto', ...RANDOM, ...MACHINERY],
  // Spans, metrics and log lines of verdicts.
  telemetry: ['type:server', 'message', ...MACHINERY],
  doctor: EVERYTHING,
  testing: EVERYTHING,
  // The parts of forms that the two pages share.
  pages: [],
  inspector: ['doctor', 'pages', ...EVERYTHING],
  proxy: ['doctor', ...EVERYTHING],
  // Clients in other languages, as text: made from clients/, and filled for one service.
  clients: ['type:schemes/header', 'type:crypto', ...MACHINERY],
  // The findings of the doctor are shown beside a request that is tried out.
  // The page of a service, and its OpenAPI document, from its policy.
  guide: ['clients', ...EVERYTHING],
  console: ['clients', 'guide', 'doctor', 'pages', ...EVERYTHING],
  cli: ['clients', 'guide', 'doctor', 'testing', 'inspector', 'proxy', 'console', ...EVERYTHING],
  // What people import.
  'crypto/index': ['crypto', ...RANDOM, ...MACHINERY],
  'message/index': ['message', ...MACHINERY],
  'exchange/index': [...EVERYTHING],
  'schemes/index': ['sources', ...SCHEMES],
  'client/index': ['client', 'sources', ...SCHEMES],
  'server/index': ['server', 'schemes/rfc9421', 'access', 'sources', 'crypto/index', ...SCHEMES],
  'keyring/index': ['keyring', 'audit', 'access', 'sources', 'crypto', 'type:server'],
  'proxy/index': ['proxy'],
  index: ['client', 'schemes/rfc9421', 'sources', ...RANDOM, ...SCHEMES],
}

/** One file per framework, database or runtime. A leaf imports no other leaf, and only {@link LEAF_USERS} import one. */
export const LEAVES = [
  /^sources\/nonce-file\.ts$/,
  /^client\/(undici|axios|got|node|load-secret|socket\/websocket)\.ts$/,
  /^server\/middleware\/(fetch|node|express|fastify|hono|koa|lambda|nest|sveltekit)\.ts$/,
  /^server\/replay\/(redis|postgres)\.ts$/,
  /^server\/rate-limiter-flexible\.ts$/,
  /^keyring\/stores\/(file|sqlite|postgres|redis)\.ts$/,
  /^keyring\/buses\/(postgres|redis)\.ts$/,
  /^keyring\/exit-hook\.ts$/,
  /^audit\/file\.ts$/,
  /^console\/portal\/node\.ts$/,
  /^agents\/node\.ts$/,
]

export const LEAF_USERS = ['cli', 'testing', 'proxy']

/** The only files that may use `node:*`, `Buffer` and `process`. Everything else also runs in browsers and workers. */
export const NODE_ONLY = [
  /^crypto\/backend\/native\//,
  /^message\/from-node(-body|-checked)?\.ts$/,
  /^support\/node\//,
  /^sources\/nonce-file\.ts$/,
  /^client\/(undici(-request)?|header-lines|got|node|load-secret|secrets\/[a-z-]+)\.ts$/,
  /^keyring\/(stores\/(file|sqlite)(-[a-z-]+)?|exit-hook)\.ts$/,
  /^audit\/file(-[a-z-]+)?\.ts$/,
  /^server\/middleware\/(node|express|fastify|koa|nest|node-style|sign-and-send)\.ts$/,
  /^testing\//,
  /^aws\//,
  /^console\/portal\/node\.ts$/,
  /^agents\/(node|public-fetch)\.ts$/,
  /^proxy\//,
  /^cli\//,
]

/**
 * Packages from outside, and the files that may import them. What is not listed may not be imported at all.
 * @type {ReadonlyArray<{ specifier: RegExp, files: readonly RegExp[], typeOnly?: true }>}
 */
export const EXTERNALS = [
  { specifier: /^@noble\/(hashes|curves|ciphers)\//, files: [/^crypto\/backend\//] },
  { specifier: /^node:crypto$/, files: [/^crypto\/backend\/native\//, /^cli\//] },
  { specifier: /^node:(?!crypto$)/, files: NODE_ONLY },
  { specifier: /^undici$/, files: [/^client\/undici(-(?:request|handler))?\.ts$/], typeOnly: true },
  // Loaded when a proxy starts to listen, never before.
  { specifier: /^undici$/, files: [/^proxy\/upstream\.ts$/] },
  // Loaded when the server is started, never before.
  { specifier: /^@modelcontextprotocol\/sdk\//, files: [/^proxy\/mcp\/server\.ts$/] },
  { specifier: /^express$/, files: [/^server\/middleware\/express\.ts$/], typeOnly: true },
  { specifier: /^fastify$/, files: [/^server\/middleware\/fastify\.ts$/], typeOnly: true },
  { specifier: /^hono$/, files: [/^server\/middleware\/hono\.ts$/], typeOnly: true },
  { specifier: /^koa$/, files: [/^server\/middleware\/koa\.ts$/], typeOnly: true },
  // Bundled into the command.
  { specifier: /^(?:commander|@bomb\.sh\/tab(?:\/commander)?)$/, files: [/^cli\//] },
  // Bundled into the pages.
  { specifier: /^preact(?:\/hooks)?$/, files: [/^inspector\//, /^console\/page\//, /^pages\//] },
  { specifier: /^(?:d3-array|d3-scale|@github\/tab-container-element\/tab-container)$/, files: [/^console\/page\//] },
  { specifier: /^ws$/, files: [/^testing\/sockets\.ts$/] },
  // Loaded when a vault is sealed or opened, never before.
  { specifier: /^age-encryption$/, files: [/^crypto\/age-file\.ts$/] },
  // The Stark keys of the command; elsewhere the module is passed.
  { specifier: /^@scure\/starknet$/, files: [/^cli\/wallet-keys\.ts$/] },
]

/** `#backend/…` is chosen by the package's imports map: it counts as crypto, and these files must not be named from elsewhere. */
export const BACKENDS = /^crypto\/backend\/(native|portable)\//

/** Names of the Node runtime, refused outside {@link NODE_ONLY}. */
export const NODE_GLOBALS = ['Buffer', 'process', '__dirname', '__filename', 'setImmediate']

/** Rooms of pure functions: the clock, randomness, the network and the environment are arguments there. */
export const PURE = [
  ...['errors', 'message', 'schemes/scheme', 'schemes/*'],
  ...['catalogue', 'families', 'special', 'spec', 'verifier', 'keys', 'mistakes', 'wallet', 'orders', 'logins'].map(
    (room) => `exchange/${room}`,
  ),
]

/** Names that reach the outside world, refused in {@link PURE} rooms. */
export const IMPURE_GLOBALS = [
  ...[
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'EventSource',
    'navigator',
    'localStorage',
    'sessionStorage',
    'indexedDB',
  ],
  ...['crypto', 'performance', 'setTimeout', 'setInterval', 'process', 'Deno', 'Bun'],
]

/** Members that do, on objects that are otherwise welcome. */
export const IMPURE_MEMBERS = ['Date.now', 'Math.random']
