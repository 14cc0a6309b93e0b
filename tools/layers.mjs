/**
 * Who may import what, as data. `tools/check-layers.mjs` reads it; the tour is in docs/architecture.md.
 * Paths are relative to `src/`.
 */

/**
 * Rooms that a room may import besides itself. `schemes/*` is any family of schemes; a family is an island, so it is not
 * in its own list. A room marked `type:` may only be imported with `import type`.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ARROWS = {
  index: ['errors', 'crypto', 'message', 'schemes/scheme', 'schemes/*', 'client', 'server', 'keyring'],
  errors: [],
  'option-kinds': ['type:errors'],
  crypto: ['errors', 'option-kinds'],
  message: ['crypto', 'errors', 'option-kinds'],
  'schemes/scheme': ['message', 'crypto', 'errors', 'option-kinds'],
  'schemes/*': ['schemes/scheme', 'message', 'crypto', 'errors', 'option-kinds'],
  host: ['crypto', 'errors', 'option-kinds'],
  client: ['schemes/scheme', 'schemes/rfc9421', 'message', 'crypto', 'errors', 'option-kinds'],
  server: ['schemes/scheme', 'message', 'crypto', 'errors', 'option-kinds'],
  keyring: ['type:server', 'crypto', 'errors', 'option-kinds'],
  doctor: ['keyring', 'server', 'client', 'schemes/scheme', 'schemes/*', 'message', 'crypto', 'errors', 'option-kinds'],
  testing: [
    'keyring',
    'server',
    'client',
    'schemes/scheme',
    'schemes/*',
    'message',
    'crypto',
    'errors',
    'option-kinds',
  ],
  cli: [
    'doctor',
    'keyring',
    'server',
    'client',
    'schemes/scheme',
    'schemes/*',
    'message',
    'crypto',
    'errors',
    'option-kinds',
  ],
  inspector: [
    'doctor',
    'keyring',
    'server',
    'client',
    'schemes/scheme',
    'schemes/*',
    'message',
    'crypto',
    'errors',
    'option-kinds',
  ],
}

/**
 * Entry points that hand out more than their room may use, for the convenience of whoever installs the package. Only the
 * root re-exports one; a file of the package imports the module it needs, so none of this reaches the room itself.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ENTRY_POINTS = { 'server/index.ts': ['schemes/rfc9421'] }

/** One file a framework, database or runtime. A leaf imports no other leaf, and only {@link LEAF_USERS} import one. */
export const LEAVES = [
  /^client\/(undici|websocket|nonce-file|secret-from)\.ts$/,
  /^server\/middleware\/(fetch|node|express|fastify|hono|koa)\.ts$/,
  /^server\/replay\/(redis|postgres)\.ts$/,
  /^server\/rate-limiter-flexible\.ts$/,
  /^keyring\/stores\/(file|sqlite|postgres|redis)\.ts$/,
  /^keyring\/buses\/(postgres|redis)\.ts$/,
  /^keyring\/audit-file\.ts$/,
  /^keyring\/exit-hook\.ts$/,
]

/**
 * Files of other rooms that a room may import although the table does not name their room: rules without a state of their
 * own, which the verifier and the keyring must not know in two versions. And what Node gives both of them.
 */
export const SHARED = [
  {
    from: /^keyring\//,
    files:
      /^server\/(audit|capped-bytes|cidr|clock|deadline|ip-address|ip-rules|key-limits|key-policy|quietly|rate-limit|scope)\.ts$/,
  },
  {
    from: /^(client\/(nonce-file|secret-from|secrets\/[a-z-]+)|keyring\/(stores\/[a-z-]+|audit-file[a-z-]*))\.ts$/,
    files: /^host\//,
  },
]

export const LEAF_USERS = ['cli', 'testing']

/** The only files that may use `node:*`, `Buffer` and `process`. Everything else also runs in browsers and workers. */
export const NODE_ONLY = [
  /^crypto\/backend\/native\//,
  /^message\/from-node(-body|-checked)?\.ts$/,
  /^host\//,
  /^client\/(undici|nonce-file|secret-from)\.ts$/,
  /^client\/secrets\//,
  /^keyring\/(stores\/(file|sqlite)|audit-file|exit-hook)(-[a-z-]+)?\.ts$/,
  /^server\/middleware\/(node|express|fastify|koa)\.ts$/,
  /^testing\//,
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
  { specifier: /^undici$/, files: [/^client\/undici\.ts$/], typeOnly: true },
  { specifier: /^express$/, files: [/^server\/middleware\/express\.ts$/], typeOnly: true },
  { specifier: /^fastify$/, files: [/^server\/middleware\/fastify\.ts$/], typeOnly: true },
  { specifier: /^hono$/, files: [/^server\/middleware\/hono\.ts$/], typeOnly: true },
  { specifier: /^koa$/, files: [/^server\/middleware\/koa\.ts$/], typeOnly: true },
  { specifier: /^ws$/, files: [/^testing\/sockets\.ts$/] },
]

/** `#backend/…` is chosen by the package's imports map: it counts as crypto, and these files must not be named from elsewhere. */
export const BACKENDS = /^crypto\/backend\/(native|portable)\//

/**
 * Files of a pure room that stand at its edge: they hand the pure ones a time and a nonce where the caller gives none, so that
 * signing for a venue is one call. What they may import beyond their room is listed with them.
 */
export const EDGES = { files: /^schemes\/exchange\/engine\/edge\//, imports: [/^client\/increasing-nonces\.ts$/] }

/** Names of the Node runtime, refused outside {@link NODE_ONLY}. */
export const NODE_GLOBALS = ['Buffer', 'process', '__dirname', '__filename', 'setImmediate']

/** Rooms of pure functions: the clock, randomness, the network and the environment are arguments there. */
export const PURE = ['errors', 'option-kinds', 'message', 'schemes/scheme', 'schemes/*']

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

/** Modules that do, refused in {@link PURE} rooms; their room's index re-exports them and is refused with them. */
export const IMPURE_MODULES = [/^crypto\/(random|generate|index)\.ts$/]
