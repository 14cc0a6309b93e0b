import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { sourceAliases } from './tools/lib/package-map.mjs'

const CONDITIONS = { native: ['node'], portable: ['browser'] }

/** Pure parts and what stands on them, for both backends. */
const BACKENDS = [
  'test/{unit/crypto,unit/message,unit/schemes,unit/exchange,vectors,property}/**/*.test.ts',
  'test/unit/keyring/{keyring,record/sealing,record/key-format}.test.ts',
  'test/{doctor,unit/doctor}/**/*.test.ts',
]

/** Files that may share one copy of the modules, which takes a third of the time. */
const SHARING = [
  ...BACKENDS,
  'test/unit/{access,audit,aws,cli,client,clients,console,guide,inspector,server,sources,support,tools,webhook}/**/*.test.ts',
  'test/unit/{errors,options,option-texts}.test.ts',
  // Not the verdicts of a probe, which put another resolver in place.
  'test/unit/proxy/{*,mcp/*,probe/wire}.test.ts',
  'test/probe/**/*.test.ts',
  'test/unit/keyring/!(api)/*.test.ts',
  'test/unit/keyring/*.test.ts',
  'test/unit/testing/!(without-ws).test.ts',
]

/** What runs inside Express, Fastify, Hono and Koa. Hono puts its own Request and Response in place: here every file has them. */
const HOSTS = ['test/{attacks,runtime}/**/*.test.ts']

/** Files of the folders above that measure memory or load other tests, so that they need a process of their own. */
const ALONE = [
  'test/attacks/catalogue.test.ts',
  'test/unit/server/body-memory.test.ts',
  'test/unit/server/replay/memory.test.ts',
]

/**
 * Minutes of CPU time, not of `npm test` but of `npm run test:long`, a step of `.ci/run`: what measures time,
 * compilers, browsers, killed processes, every change of every exchange's requests, and the slow halves of what the other backend runs already.
 */
const LONG = [
  'test/{cli,console,docs,inspector,proxy,types}/**/*.test.ts',
  'test/runtime/browser.test.ts',
  'test/property/exchange-{changes,cost}.test.ts',
  'test/attacks/{every-host,linear-time}.test.ts',
  'test/unit/message/structured-fields-time.test.ts',
  'test/unit/schemes/{rfc9421,sigv4}/linear-time.test.ts',
  'test/unit/keyring/stores/file-killed.test.ts',
  'test/unit/tools/exchanges-{unsigned,table}.test.ts',
  // Starts programs, and opens vaults and scrypt files as slowly as they are meant to be.
  'test/unit/client/load-secret.test.ts',
  'test/unit/client/vault-age-command.test.ts',
  // Wait for what is meant to time out, and for a gate that lets the past go by.
  'test/unit/proxy/{failures,slow}.test.ts',
  'test/unit/cli/proxy.test.ts',
]
/**
 * Of which `npm test` runs the quick half, every store and every rule once. `npm run test:long` runs them whole: with every
 * client of a server and every kind of database, and with more cases.
 */
const HALVES = [
  'test/attacks/{fuzz,mutation}.test.ts',
  'test/runtime/middleware-*.test.ts',
  'test/doctor/{corpus,cross/cross}.test.ts',
  'test/unit/crypto/vault.test.ts',
  'test/probe/probe.test.ts',
  'test/property/{azure,exchange,header,legacy,profiles,rfc9421,sigv4,webhooks}.test.ts',
  'test/unit/client/secret-rule.test.ts',
  'test/unit/doctor/{orders,read-programs,wallet}.test.ts',
  'test/unit/exchange/import-key.test.ts',
  'test/unit/keyring/{canary,buses/buses,record/bound-records,stores/postgres,stores/redis}.test.ts',
  'test/unit/server/replay/{memory,postgres,redis}.test.ts',
]
/** With the portable backend. */
const LONG_PORTABLE = [
  'test/property/{exchange,exchange-recipes,rfc9421,rfc9421-base}.test.ts',
  'test/unit/crypto/vault.test.ts',
  'test/vectors/wycheproof.test.ts',
  'test/unit/exchange/import-key.test.ts',
  'test/doctor/corpus.test.ts',
  'test/unit/doctor/fuzz.test.ts',
]

/** Readers of texts, and searches through hypotheses, which are the same on every backend: these run once. */
const ONCE = [
  'test/doctor/cross/cross.test.ts',
  'test/unit/doctor/{coverage,wallet,orders,large-body,families/every-mistake}.test.ts',
  'test/property/exchange-{changes,cost}.test.ts',
  'test/unit/message/structured-fields{,-time}.test.ts',
  'test/unit/message/{values,method,fetch-init,secure-origin,from-node-checked,from-node-body,from-node-parts}.test.ts',
  'test/unit/schemes/{rfc9421,sigv4}/linear-time.test.ts',
  'test/unit/exchange/{percent,values}.test.ts',
  'test/unit/message/target.test.ts',
  'test/unit/doctor/{read-programs,hostile-request}.test.ts',
  // Compares the two backends, and a curve that is JavaScript on both.
  'test/unit/crypto/{backends,backend-parts,native-hmac}.test.ts',
  'test/vectors/paradex.test.ts',
]

const THOROUGH = { TEST_LENGTH: 'long' }
const MODULES = '**/node_modules/**'

/** One suite, two backends: the same tests run against node:crypto and against noble + WebCrypto. */
const project = (name: string, backend: 'native' | 'portable', { env = {}, ...test }: Record<string, unknown>) => ({
  resolve: { alias: sourceAliases(CONDITIONS[backend]) },
  test: {
    name,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a busy machine; the default is one second.
    expect: { poll: { timeout: 20_000 } },
    env: { COUNTERSIGN_BACKEND: backend, ...(env as object) },
    ...test,
  },
})

const short = [
  project('native', 'native', {
    include: ['test/**/*.test.ts'],
    exclude: [...SHARING, ...HOSTS, ...LONG, MODULES],
  }),
  project('hosts', 'native', {
    include: HOSTS,
    exclude: [...ALONE, ...LONG, MODULES],
    isolate: false,
    setupFiles: ['test/hono-globals.ts'],
  }),
  project('alone', 'native', { include: ALONE }),
  project('native-sharing', 'native', { include: SHARING, exclude: [...ALONE, ...LONG, MODULES], isolate: false }),
  project('portable', 'portable', {
    include: BACKENDS,
    exclude: [...ONCE, ...LONG, ...LONG_PORTABLE, MODULES],
    isolate: false,
  }),
]
const long = [
  project('native', 'native', { include: [...LONG, ...HALVES], env: THOROUGH }),
  project('portable', 'portable', { include: LONG_PORTABLE, env: THOROUGH }),
]

// A path here makes the counts readable by a program.
const report = process.env['TEST_REPORT']

export default defineConfig(({ mode }) => ({
  test: {
    // The main process has little to do, and some files wait for servers and processes: one worker more than cores.
    maxWorkers: availableParallelism() + 1,
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
    projects: mode === 'long' ? long : short,
  },
}))
