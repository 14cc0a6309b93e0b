import { NODE_ONLY } from './layers.mjs'
import { entryPoints } from './lib/package-map.mjs'

/**
 * What is bundled and what may not be found inside, as data. `tools/check-bundles.mjs` reads it.
 *
 * @typedef {{
 *   name: string,
 *   input: { entry: string } | { contents: string },
 *   goal?: number,
 *   ceiling?: number,
 *   wholeGoal?: number,
 *   wholeCeiling?: number,
 *   beside?: string,
 *   forbid: readonly Marker[],
 *   proves?: readonly Marker[],
 * }} Target
 *   `goal` and `ceiling` are in bytes of gzip, without @noble/*. The goal is what was promised; the ceiling, a little above
 *   what was measured last, fails on growth where there is no goal or it is not met yet. `wholeGoal` and `wholeCeiling` are with @noble/*. `proves` are markers that must be found: a marker that has lost its
 *   meaning would otherwise let everything pass.
 * @typedef {{ text: string } | { file: string }} Marker
 */

/** 1 kB is 1000 bytes. */
const kB = 1000

/** Words that only the verifier knows, and its files. */
export const VERIFIER = [{ text: 'restartBarrier' }, { file: 'src/server/' }, { file: 'src/keyring/' }]

/** A program that only signs has no use for a verdict; the client's response verifier has. */
export const VERDICTS = [{ text: 'REPLAY_STORE_FULL' }]

/** Words of other families of schemes, and their files. */
export const OTHER_SCHEMES = [
  ...['x-amz-', 'AWS4-HMAC', 'OK-ACCESS-', 'X-MBX-', 'Hawk ', 'oauth_signature', 'stripe-signature'].map((text) => ({
    text,
  })),
  ...['sigv4', 'webhook', 'legacy', 'azure'].map((family) => ({ file: `src/schemes/${family}` })),
  { file: 'src/exchange/' },
]

/** AWS and its descendants. */
export const SIGV4 = [{ text: 'x-amz-' }, { text: 'AWS4-HMAC' }, { file: 'src/schemes/sigv4/' }]

/** Families besides that one. */
const BESIDE_SIGV4 = OTHER_SCHEMES.filter((one) => !('text' in one) || !/x-amz|AWS4/.test(one.text)).filter(
  (one) => !('file' in one) || !one.file.endsWith('sigv4'),
)

/** What one webhook has no use for. */
const BESIDE_WEBHOOKS = [
  ...[...VERIFIER, ...OTHER_SCHEMES].filter((one) => !('file' in one && one.file.endsWith('webhook'))),
  ...['stripe-signature', 'https://'].map((text) => ({ text })),
]

/** What a subpath of one older scheme has no use for. */
const LEGACY_FOREIGN = [
  ...['x-amz-', 'AWS4-HMAC', 'OK-ACCESS-', 'X-MBX-', 'stripe-signature'].map((text) => ({ text })),
  ...['src/schemes/sigv4', 'src/schemes/webhook', 'src/exchange/', 'src/client/'].map((file) => ({ file })),
]

/** The default family. */
export const RFC9421 = [{ text: '@signature-params' }, { file: 'src/schemes/rfc9421/' }]

/** Elliptic curves: a shared secret needs none. The text is of @noble/curves, not of this package. */
export const CURVES = [{ text: 'bad point: ' }, { file: 'node_modules/@noble/curves/' }]

const EXCHANGES = entryPoints().filter(({ key }) => key === './exchange/*')

/** The files of all exchanges but one. */
const otherExchanges = (/** @type {string} */ id) =>
  EXCHANGES.filter(({ source }) => source !== `src/exchange/catalogue/${id}.ts`).map(({ source }) => ({ file: source }))

/** Exchanges whose requests a key of a chain signs. */
const OF_WALLETS = new Set(['aster', 'dydx', 'hyperliquid', 'nado', 'paradex', 'polymarket-l1'])

/** What those alone have a use for. */
const WALLETS = [{ file: 'src/exchange/wallet/' }, { file: 'src/crypto/backend/secp256k1' }]

/** The folders of all older schemes but one. */
const otherOlder = (/** @type {string} */ id) =>
  entryPoints()
    .filter(({ subpath }) => subpath.startsWith('./legacy/') && subpath !== `./legacy/${id}`)
    .map(({ source }) => ({ file: source }))

/** @type {readonly Target[]} */
export const BUDGETS = [
  {
    name: 'signer over one simple scheme',
    input: { entry: 'tools/size/simple-signer.ts' },
    goal: 1.5 * kB,
    ceiling: 2.35 * kB,
    beside: 'the hash',
    forbid: [...VERIFIER, ...VERDICTS, ...OTHER_SCHEMES, ...RFC9421, ...CURVES],
  },
  {
    name: 'one HMAC exchange and its hash',
    input: { entry: 'tools/size/exchange.ts' },
    wholeGoal: 5 * kB,
    wholeCeiling: 6.21 * kB,
    forbid: [...VERIFIER, ...VERDICTS, ...RFC9421, ...CURVES, ...otherExchanges('okx'), { file: 'src/client/' }],
    proves: [{ text: 'OK-ACCESS-' }],
  },
  {
    name: 'a Hyperliquid action, its key and its curve',
    input: {
      contents: `export { signHyperliquidAction } from 'countersign/exchange/orders/hyperliquid'
        export { walletKey } from 'countersign/exchange/wallet'`,
    },
    wholeGoal: 25 * kB,
    // The curve and its hashes are 17 of them; src/crypto/backend/secp256k1.ts has why it is this curve.
    wholeCeiling: 25 * kB,
    forbid: [
      ...[...VERIFIER, ...VERDICTS, ...RFC9421],
      ...['src/exchange/catalogue/', 'src/exchange/signer/', 'src/client/'].map((file) => ({ file })),
    ],
    proves: WALLETS,
  },
  {
    name: "the same through the exchange's signer",
    input: {
      contents: `export { hyperliquid } from 'countersign/exchange/hyperliquid'
        export { walletKey } from 'countersign/exchange/wallet'`,
    },
    // What every exchange has besides its rules: parameters, headers, messages, environments, sockets.
    wholeGoal: 25 * kB,
    wholeCeiling: 40.1 * kB,
    forbid: [...VERIFIER, ...VERDICTS, ...RFC9421, ...otherExchanges('hyperliquid'), { file: 'src/client/' }],
    proves: WALLETS,
  },
  {
    name: 'SigV4 in the header',
    input: { contents: "export { signAwsRequest } from 'countersign/sigv4/header'" },
    goal: 2.5 * kB,
    wholeCeiling: 6.8 * kB,
    beside: 'the hash',
    forbid: [...VERIFIER, ...VERDICTS, ...BESIDE_SIGV4, ...RFC9421, ...CURVES, { file: 'src/client/' }],
    proves: SIGV4,
  },
  {
    name: 'the same through the scheme',
    input: { entry: 'tools/size/sigv4-header.ts' },
    ceiling: 6.6 * kB,
    wholeCeiling: 9.1 * kB,
    beside: 'the hash',
    forbid: [...VERIFIER, ...VERDICTS, ...BESIDE_SIGV4, ...RFC9421, ...CURVES, { file: 'src/client/' }],
    proves: SIGV4,
  },
  {
    name: 'one webhook',
    input: { contents: "export { verifyGithubWebhook } from 'countersign/webhook/direct'" },
    goal: 1 * kB,
    wholeCeiling: 3.95 * kB,
    beside: 'the hash',
    forbid: [...BESIDE_WEBHOOKS, { file: 'src/webhook/' }, { file: 'src/schemes/webhook/prepare' }, { text: 'v0:' }],
    proves: [{ file: 'src/schemes/webhook/direct' }],
  },
  {
    name: 'one webhook with a time (Stripe)',
    input: { contents: "export { verifyStripeWebhook } from 'countersign/webhook/direct'" },
    ceiling: 1.52 * kB,
    beside: 'the hash',
    forbid: [...VERIFIER, { file: 'src/webhook/' }, { file: 'src/schemes/webhook/prepare' }, { text: 'sha256=' }],
    proves: [{ file: 'src/schemes/webhook/direct' }],
  },
  {
    name: 'one webhook through the scheme',
    input: { contents: "export { github } from 'countersign/webhook/github'" },
    ceiling: 3.06 * kB,
    beside: 'the hash',
    forbid: [...BESIDE_WEBHOOKS, { file: 'src/webhook/' }, { file: 'src/schemes/webhook/prepare' }],
    proves: [{ file: 'src/schemes/webhook/catalogue/github' }],
  },
  {
    name: 'the same with verifyWebhook',
    input: {
      contents: `export { verifyWebhook } from 'countersign/webhook'
        export { github } from 'countersign/webhook/github'`,
    },
    ceiling: 6.85 * kB,
    forbid: [...BESIDE_WEBHOOKS, { file: 'src/schemes/webhook/prepare' }],
    proves: [{ file: 'src/webhook/' }],
  },
  {
    name: 'the same with signWebhook alone',
    input: {
      contents: `export { signWebhook } from 'countersign/webhook'
        export { github } from 'countersign/webhook/github'`,
    },
    ceiling: 5.25 * kB,
    forbid: [...BESIDE_WEBHOOKS, { file: 'src/schemes/webhook/read' }],
    proves: [{ file: 'src/schemes/webhook/prepare' }],
  },
  {
    name: 'RFC 9421 sign + fetch',
    input: { entry: 'tools/size/rfc9421-fetch.ts' },
    goal: 6 * kB,
    ceiling: 9.89 * kB,
    beside: 'the curves',
    forbid: [...VERIFIER, ...VERDICTS, ...OTHER_SCHEMES],
    proves: [...RFC9421, ...CURVES],
  },
  {
    name: 'RFC 9421 sign, HMAC only',
    input: { entry: 'tools/size/hmac-only.ts' },
    ceiling: 10.15 * kB,
    forbid: [...VERIFIER, ...VERDICTS, ...OTHER_SCHEMES, ...CURVES],
    proves: RFC9421,
  },
  {
    name: 'sign + verify + digest',
    input: { entry: 'tools/size/sign-verify-digest.ts' },
    goal: 12 * kB,
    ceiling: 14.55 * kB,
    beside: 'the curves',
    forbid: [...VERIFIER, ...OTHER_SCHEMES],
    proves: [...RFC9421, ...CURVES],
  },
  {
    name: 'the same with createResponseVerifier',
    input: { entry: 'tools/size/response-verifier.ts' },
    ceiling: 18.25 * kB,
    forbid: [...VERIFIER, ...OTHER_SCHEMES],
    proves: [...RFC9421, ...CURVES],
  },
  {
    name: 'createVerifier with policy',
    input: {
      contents: `export { rfc9421Verifier } from 'countersign'
        export { createVerifier, staticKeys, strictPolicy } from 'countersign/server'`,
    },
    ceiling: 33.36 * kB,
    forbid: [...OTHER_SCHEMES, ...CURVES, { file: 'src/client/' }],
    proves: [...VERIFIER.slice(1, 2), ...VERDICTS, ...RFC9421],
  },
  {
    name: 'createVerifier and memoryReplayStore',
    input: {
      contents: `export { rfc9421Verifier } from 'countersign'
        export { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'`,
    },
    ceiling: 35.1 * kB,
    forbid: [...OTHER_SCHEMES, ...CURVES, { file: 'src/client/' }],
    proves: [...VERIFIER.slice(0, 2), ...VERDICTS, ...RFC9421],
  },
  {
    name: 'createKeyring with sealing and a memory store',
    input: { contents: "export { createKeyring, createSealing, memoryKeyStore } from 'countersign/keyring'" },
    ceiling: 35.7 * kB,
    forbid: [...OTHER_SCHEMES, ...RFC9421, { file: 'src/client/' }, { file: 'src/keyring/api/' }],
    proves: [{ file: 'src/keyring/' }],
  },
  {
    name: 'a keyset on the client',
    input: { contents: "export { keyset } from 'countersign/client'" },
    ceiling: 2.7 * kB,
    forbid: [...VERIFIER, ...VERDICTS, ...OTHER_SCHEMES, ...RFC9421, ...CURVES],
  },
  {
    name: 'verifier alone, no scheme',
    input: { contents: "export { createVerifier, memoryReplayStore, strictPolicy } from 'countersign/server'" },
    ceiling: 27.7 * kB,
    forbid: [...OTHER_SCHEMES, ...RFC9421, ...CURVES, { file: 'src/client/' }],
    proves: [...VERIFIER.slice(0, 2), ...VERDICTS],
  },
]

/** What a store or a bus has no use for. */
const STORE_FOREIGN = [...OTHER_SCHEMES, ...RFC9421, ...CURVES, { file: 'src/client/' }, { text: 'restartBarrier' }]

/**
 * What each subpath, bundled whole, must not hold. A subpath that is not here has nothing forbidden but Node itself.
 * @type {Readonly<Record<string, readonly Marker[]>>}
 */
const FOREIGN = {
  './crypto': [...VERIFIER, ...OTHER_SCHEMES, ...RFC9421, { file: 'src/message/' }],
  './message': [...VERIFIER, ...OTHER_SCHEMES, ...RFC9421],
  './rfc9421': [...VERIFIER, ...OTHER_SCHEMES, { file: 'src/client/' }],
  './sigv4': [...VERIFIER, ...BESIDE_SIGV4, ...RFC9421, { file: 'src/client/' }],
  './azure': [...VERIFIER, ...LEGACY_FOREIGN, ...RFC9421, ...CURVES],
  './client': [...VERIFIER, ...OTHER_SCHEMES],
  './client/browser-key': [...VERIFIER, ...OTHER_SCHEMES],
  './client/websocket': [...VERIFIER, ...OTHER_SCHEMES, ...RFC9421, ...CURVES],
  './server': [...OTHER_SCHEMES, { file: 'src/client/' }],
  // A rotation's client needs nothing of the server; a store or a bus needs nothing of either.
  './keyring': [...OTHER_SCHEMES, { file: 'src/client/' }, { text: 'restartBarrier' }],
  './keyring/postgres': [...STORE_FOREIGN],
  './keyring/redis': [...STORE_FOREIGN],
  './keyring/postgres-bus': [...STORE_FOREIGN],
  './keyring/redis-bus': [...STORE_FOREIGN],
  './replay/postgres': [...STORE_FOREIGN],
  './replay/mysql': [...STORE_FOREIGN],
  './replay/d1': [...STORE_FOREIGN],
  './replay/durable-object': [...STORE_FOREIGN],
  './replay/deno-kv': [...STORE_FOREIGN],
  // Its calls are named by a field of Amazon's.
  './replay/dynamodb': STORE_FOREIGN.filter((one) => !('text' in one) || one.text !== 'x-amz-'),
  './replay/upstash': [...STORE_FOREIGN],
  './replay/redis': [...OTHER_SCHEMES, ...RFC9421, ...CURVES, { file: 'src/client/' }, { file: 'src/keyring/' }],
  './server/rate-limiter-flexible': [...STORE_FOREIGN],
  './server/fetch': [...OTHER_SCHEMES, ...RFC9421, { file: 'src/client/' }],
  './server/lambda': [...OTHER_SCHEMES, ...RFC9421, { file: 'src/client/' }],
  './server/sveltekit': [...OTHER_SCHEMES, ...RFC9421, { file: 'src/client/' }],
  './server/hono': [...OTHER_SCHEMES, ...RFC9421, { file: 'src/client/' }],
}

/** Every subpath that a browser may import. @type {readonly Target[]} */
export const SUBPATHS = entryPoints()
  .filter(({ source }) => !NODE_ONLY.some((pattern) => pattern.test(source.replace(/^src\//, ''))))
  .map(({ subpath, specifier, key }) => ({
    name: specifier,
    input: { contents: `export * from '${specifier}'` },
    forbid:
      key === './exchange/*'
        ? [
            ...[...VERIFIER, ...VERDICTS, ...RFC9421, ...otherExchanges(subpath.slice('./exchange/'.length))],
            ...(OF_WALLETS.has(subpath.slice('./exchange/'.length)) ? [] : WALLETS),
          ]
        : subpath.startsWith('./legacy/')
          ? [...VERIFIER, ...VERDICTS, ...RFC9421, ...LEGACY_FOREIGN, ...otherOlder(subpath.slice('./legacy/'.length))]
          : (FOREIGN[subpath] ?? []),
  }))
