import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyActivity } from '../../../src/audit/activity.js'
import { fileSink } from '../../../src/audit/file.js'
import { incident } from '../../../src/audit/incident.js'
import { createAuditLog } from '../../../src/audit/log.js'
import { memoryAuditLog } from '../../../src/audit/memory.js'
import { printIncident } from '../../../src/audit/report.js'
import { verifyAuditChain } from '../../../src/audit/verify.js'
import { createKeyringApi } from '../../../src/keyring/api/api.js'
import { keyringOpenApi } from '../../../src/keyring/api/openapi.js'
import { postgresBus } from '../../../src/keyring/buses/postgres.js'
import { redisBus } from '../../../src/keyring/buses/redis.js'
import { flushOnExit } from '../../../src/keyring/exit-hook.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { Act, Keyring } from '../../../src/keyring/keyring-options.js'
import { githubReportKeys } from '../../../src/keyring/leaks/github.js'
import { handleLeakReport } from '../../../src/keyring/leaks/handle.js'
import { judgeLeakReport } from '../../../src/keyring/leaks/judge.js'
import { createLeakReportHandler } from '../../../src/keyring/leaks/report.js'
import { revokeBySecret } from '../../../src/keyring/leaks/revoke.js'
import { scannerRules } from '../../../src/keyring/leaks/scanner-rules.js'
import { createIntegrity } from '../../../src/keyring/record/integrity.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { fileKeyStore, fileRevocations } from '../../../src/keyring/stores/file.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { postgresKeyStore } from '../../../src/keyring/stores/postgres.js'
import { redisKeyStore } from '../../../src/keyring/stores/redis.js'
import { sqliteKeyStore } from '../../../src/keyring/stores/sqlite.js'
import { createUsageTracker } from '../../../src/keyring/usage/usage.js'
import type { OptionsRoom, OptionsRow } from './row.js'

const KEK = { id: 'kek-1', key: new Uint8Array(32).map((_, i) => i) }
const BY: Act = { actor: 'tester' }
const quiet = (): void => {}
const path = (): string => join(mkdtempSync(join(tmpdir(), 'countersign-options-')), 'file')
const audit = { record: quiet }
const query = async (): Promise<{ rows: [] }> => ({ rows: [] })
const client = { call: async (): Promise<unknown> => null }
const subscriber = { subscribe: query, unsubscribe: query, on: quiet, off: quiet, status: 'ready' }
const report = { find: () => undefined, revoke: quiet, format: { prefix: 'acme' } }
/** Its sinks, timers and usage are idle: nothing is left to close. */
const ring = (more: object = {}): Keyring =>
  createKeyring({
    store: memoryKeyStore(),
    prefix: 'acme',
    sealing: createSealing({ primary: KEK }),
    cache: { pollMs: 0 },
    usage: false,
    ...more,
  })

type Step = (keyring: Keyring, id: string, extra: Readonly<Record<string, unknown>>) => unknown
const method = (name: string, step: Step, ...misspelt: OptionsRow['misspelt']): OptionsRow => ({
  name: `countersign/keyring#createKeyring().${name}`,
  call: async (extra) => {
    const keyring = ring()
    const { key } = await keyring.issue({ owner: 'alice', scopes: ['orders:read'], ...BY })
    if (name === 'enable') await keyring.disable(key.id, BY)
    return step(keyring, key.id, extra)
  },
  misspelt,
})
const acting = (name: 'disable' | 'enable' | 'revoke' | 'revokeAndWait'): OptionsRow =>
  method(name, (keyring, id, extra) => keyring[name](id, { ...BY, ...extra }), ['reasons', 'reason'], ['by', 'actor'])

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/keyring#createKeyring',
      call: (extra) => ring(extra),
      misspelt: [
        ['env', 'environment'],
        ['sealings', 'sealing'],
        ['onerror', 'onError'],
        ['revocation', 'revocations'],
      ],
    },
    {
      name: 'countersign/keyring#createKeyring: cache',
      call: (extra) => ring({ cache: { pollMs: 0, ...extra } }),
      misspelt: [['positiveMS', 'ttlMs']],
    },
    {
      name: 'countersign/keyring#createKeyring: usage',
      call: (extra) => ring({ usage: { ...extra } }).close(),
      misspelt: [['flush', 'flushMs']],
    },
    method(
      'issue',
      (keyring, _, extra) => keyring.issue({ owner: 'alice', scopes: ['orders:read'], ...BY, ...extra }),
      ['expiresAtMs', 'expiresInMs'],
      ['expiresIn', 'expiresInMs'],
      ['ttl', 'expiresInMs'],
      ['allowIPs', 'allowIp'],
      ['allowIps', 'allowIp'],
      ['denyIPs', 'denyIp'],
      ['rateLimits', 'rateLimit'],
      ['scope', 'scopes'],
      ['methods', 'policy: { methods }'],
      ['neverExpires', 'symbol'],
      ['public_key', 'publicKey'],
    ),
    method(
      'update',
      (keyring, id, extra) => keyring.update(id, { name: 'x', ...BY, ...extra }),
      ['allowIPs', 'allowIp'],
      ['expiresInMS', 'known'],
      ['rateLimits', 'rateLimit'],
    ),
    method('rotate', (keyring, id, extra) => keyring.rotate(id, { ...BY, ...extra }), ['overlap', 'overlapMs']),
    method(
      'renew',
      (keyring, id, extra) => keyring.renew(id, { ...BY, ...extra }),
      ['expiresIn', 'expiresInMs'],
      ['overlap', 'overlapMs'],
    ),
    acting('disable'),
    acting('enable'),
    acting('revoke'),
    acting('revokeAndWait'),
    method('expire', (keyring, id, extra) => keyring.expire(id, { ...BY, ...extra }), ['at', 'atMs']),
    method('compromise', (keyring, id, extra) => keyring.compromise(id, { ...BY, ...extra }), ['since', 'sinceMs']),
    method('list', (keyring, _, extra) => keyring.list({ ...extra }), ['owners', 'owner']),
    method('rewrap', (keyring, _, extra) => keyring.rewrap({ ...BY, ...extra }), ['reasons', 'reason']),
    method('bindRecords', (keyring, _, extra) => keyring.bindRecords({ ...BY, ...extra }), ['reasons', 'reason']),
    method(
      'issue: actor',
      (keyring, _, extra) => keyring.issue({ owner: 'alice', actor: { id: 'x', scopes: ['a:b'], ...extra } }),
      ['allowIPs', 'allowIp'],
      ['expiresInMs', 'expiresAtMs'],
    ),
    method(
      'issue: rateLimit',
      (keyring, _, extra) => keyring.issue({ owner: 'alice', ...BY, rateLimit: { limit: 1, windowMs: 1, ...extra } }),
      ['window', 'windowMs'],
    ),
    {
      name: 'countersign/keyring#createSealing',
      call: (extra) => createSealing({ primary: KEK, ...extra }),
      misspelt: [
        ['other', 'others'],
        ['indexSecrets', 'indexSecret'],
      ],
    },
    {
      name: 'countersign/keyring#createSealing: primary',
      call: (extra) => createSealing({ primary: { ...KEK, ...extra } }),
      misspelt: [['keyId', 'key']],
    },
    {
      name: 'countersign/keyring#createIntegrity',
      call: (extra) => createIntegrity({ primary: KEK, ...extra }),
      misspelt: [['other', 'others']],
    },
    {
      name: 'countersign/keyring#createKeyringApi',
      call: (extra) => createKeyringApi({ keyring: ring(), onError: quiet, ...extra }),
      misspelt: [
        ['base', 'basePath'],
        ['publicOpenAPI', 'publicOpenApi'],
      ],
    },
    {
      name: 'countersign/keyring#keyringOpenApi',
      call: (extra) => keyringOpenApi({ ...extra }),
      misspelt: [['origins', 'origin']],
    },
    {
      name: 'countersign/keyring#keyActivity',
      call: (extra) => keyActivity([], { nowMs: 1_790_000_000_000, ...extra }),
      misspelt: [['day', 'days']],
    },
    {
      name: 'countersign/keyring#createAuditLog',
      call: (extra) => createAuditLog({ sinks: [quiet], ...extra }).close(),
      misspelt: [
        ['sink', 'sinks'],
        ['chained', 'chain'],
      ],
    },
    {
      name: 'countersign/keyring#createAuditLog: chain',
      call: (extra) => createAuditLog({ sinks: [quiet], chain: { ...extra } }).close(),
      misspelt: [['anchors', 'anchor']],
    },
    {
      name: 'countersign/keyring#createAuditLog: sample',
      call: (extra) => createAuditLog({ sinks: [quiet], sample: { ok: 1, ...extra } }).close(),
      misspelt: [['okay', 'ok']],
    },
    {
      name: 'countersign/keyring#memoryAuditLog',
      call: (extra) => memoryAuditLog({ ...extra }),
      misspelt: [['maxEvent', 'maxEvents']],
    },
    {
      name: 'countersign/keyring#verifyAuditChain',
      call: (extra) => verifyAuditChain([], { ...extra }),
      misspelt: [['expectedHeads', 'expectedHead']],
    },
    {
      name: 'countersign/keyring#incident',
      call: (extra) => incident(memoryAuditLog(), 'k', 0, { ...extra }),
      misspelt: [['until', 'untilMs']],
    },
    {
      name: 'countersign/keyring#printIncident',
      call: async (extra) => printIncident(await incident(memoryAuditLog(), 'k', 0), { ...extra }),
      misspelt: [['maxRow', 'maxRows']],
    },
    {
      name: 'countersign/keyring#createUsageTracker',
      call: (extra) => createUsageTracker({ store: memoryKeyStore(), onError: quiet, ...extra }).close(),
      misspelt: [['flush', 'flushMs']],
    },
    {
      name: 'countersign/keyring#scannerRules',
      call: (extra) => scannerRules({ prefix: 'acme', ...extra }),
      misspelt: [['verifyURL', 'verifyUrl']],
    },
    {
      name: 'countersign/keyring#githubReportKeys',
      call: (extra) => githubReportKeys({ ...extra }),
      misspelt: [['timeout', 'timeoutMs']],
    },
    {
      name: 'countersign/keyring#judgeLeakReport',
      call: (extra) =>
        judgeLeakReport({ body: new Uint8Array(), signature: '', key: undefined, format: report.format, ...extra }),
      misspelt: [['maxToken', 'maxTokens']],
    },
    {
      name: 'countersign/keyring#createLeakReportHandler',
      call: (extra) => createLeakReportHandler({ ...report, publicKeys: async () => [], ...extra }),
      misspelt: [['maxBody', 'maxBodyBytes']],
    },
    {
      name: 'countersign/keyring#handleLeakReport',
      call: (extra) => handleLeakReport({ keyrings: ring(), prefix: 'acme', audit, ...extra }),
      misspelt: [['keyring', 'keyrings']],
    },
    {
      name: 'countersign/keyring#revokeBySecret',
      call: (extra) => revokeBySecret('no secret', { ...report, ...extra }),
      misspelt: [['formats', 'format']],
    },
    {
      name: 'countersign/keyring/file#fileKeyStore',
      call: (extra) => fileKeyStore(path(), { ...extra }),
      misspelt: [['wait', 'waitMs']],
    },
    {
      name: 'countersign/keyring/file#fileRevocations',
      call: (extra) => fileRevocations(path(), { ...extra }),
      misspelt: [['maxByte', 'maxBytes']],
    },
    {
      name: 'countersign/keyring/sqlite#sqliteKeyStore',
      call: (extra) =>
        sqliteKeyStore({
          database: {
            // Tables of this version, so that nothing is made.
            prepare: () => ({ get: () => ({ value: 1 }), all: () => [], run: quiet }),
            exec: quiet,
            close: quiet,
          },
          ...extra,
        }),
      misspelt: [['busyTimeout', 'busyTimeoutMs']],
    },
    {
      name: 'countersign/keyring/postgres#postgresKeyStore',
      call: (extra) => postgresKeyStore({ query, ...extra }),
      misspelt: [['schemas', 'schema']],
    },
    {
      name: 'countersign/keyring/redis#redisKeyStore',
      call: (extra) => redisKeyStore({ client, ...extra }),
      misspelt: [['keyPrefix', 'known']],
    },
    {
      name: 'countersign/keyring/postgres-bus#postgresBus',
      call: (extra) => postgresBus({ query, listen: async () => async () => undefined, ...extra }),
      misspelt: [['heartbeat', 'heartbeatMs']],
    },
    {
      name: 'countersign/keyring/redis-bus#redisBus',
      call: (extra) => redisBus({ publisher: client, subscriber, ...extra }),
      misspelt: [['channels', 'channel']],
    },
    {
      name: 'countersign/keyring/audit-file#fileSink',
      call: (extra) => fileSink({ path: path(), ...extra }),
      misspelt: [['maxSize', 'known']],
    },
    {
      name: 'countersign/keyring/exit-hook#flushOnExit',
      call: (extra) => flushOnExit([{ close: async () => {} }], { ...extra })(),
      misspelt: [['signal', 'signals']],
    },
  ],
  without: {
    'countersign/keyring#memoryKeyStore': '',
    'countersign/keyring#memoryBus': '',
    'countersign/keyring#lineSink': 'a function and a name',
    'countersign/keyring#localKek': 'a secret and an id',
    'countersign/keyring#generateKek': '',
    'countersign/keyring#presetScopes': 'a preset and names',
    'countersign/keyring#isWellFormedSecret': 'a text and a format of one member, which is the type of another option',
    'countersign/keyring#secretIndex': 'a key',
    'countersign/keyring#hashSecret': 'a text and a key',
    'countersign/keyring#parseStoredKey': 'a value, of which every unknown member is refused',
    'countersign/keyring#actorOf': 'a verdict, which has more than is read',
    'countersign/keyring/postgres#postgresMigrations': 'a name',
    'countersign/keyring/audit-file#readAuditFiles': 'a path',
    'countersign/keyring/audit-file#readAuditLines': 'a path',
    'countersign/keyring/audit-file#auditHead': 'a path',
  },
}
