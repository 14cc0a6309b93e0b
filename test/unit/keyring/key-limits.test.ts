import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { KEY_LIMITS } from '../../../src/access/key-limits.js'
import { assertKeyPolicy } from '../../../src/access/key-policy.js'
import { type Limit, POLICY_LIMITS, RATE_LIMITS } from '../../../src/access/limits.js'
import { assertRateRule } from '../../../src/access/rate-limit.js'
import { isCountersignError } from '../../../src/errors.js'
import { keyringOpenApi } from '../../../src/keyring/api/openapi.js'
import { OPERATIONS } from '../../../src/keyring/api/operations.js'
import { MOST_BODY_BYTES } from '../../../src/keyring/api/read-json.js'
import { assertFits } from '../../../src/keyring/api/schema.js'
import type { KeySettings } from '../../../src/keyring/change/issue-options.js'
import type { StoredKey } from '../../../src/keyring/record/key-record.js'
import { MAX_RECORD_LENGTH, parseStoredKey } from '../../../src/keyring/record/stored-key.js'
import { sampleRecord } from '../../contract/key-records.js'
import { apiWorld } from './api/world.js'
import { BY } from './keyring-world.js'

/** One text of a limit, so many characters long. */
const TEXTS: Readonly<Record<string, (length: number) => string>> = {
  [POLICY_LIMITS.methods.kind === 'list' ? POLICY_LIMITS.methods.of.pattern : '']: (n) => 'A'.repeat(n),
  [POLICY_LIMITS.pathPrefixes.kind === 'list' ? POLICY_LIMITS.pathPrefixes.of.pattern : '']: (n) =>
    `/${'a'.repeat(n - 1)}`,
  [POLICY_LIMITS.hosts.kind === 'list' ? POLICY_LIMITS.hosts.of.pattern : '']: (n) => 'a'.repeat(n),
  [KEY_LIMITS.name.pattern]: (n) => '🔑'.repeat(n),
  [KEY_LIMITS.scopes.of.pattern]: (n) =>
    `${'a'.repeat(Math.max(1, n - 65))}:${'b'.repeat(64)}`.slice(0, Math.max(n, 3)),
  [KEY_LIMITS.allowIp.of.pattern]: (n) => (n > 49 ? `${'1'.repeat(n)}` : '2001:0db8:0000:0000:0000:0000:0000:0001/128'),
}
const textOf = (pattern: string, length: number): string => (TEXTS[pattern] as (length: number) => string)(length)

interface Sample {
  /** The member: `policy.methods`, `tags`. */
  readonly name: string
  readonly value: unknown
  readonly fits: boolean
  readonly what: string
}

/** What lies at a limit, and what lies just beyond it. */
function samplesOf(name: string, limit: Limit): Sample[] {
  const at = (value: unknown, what: string): Sample => ({ name, value, fits: true, what })
  const beyond = (value: unknown, what: string): Sample => ({ name, value, fits: false, what })
  const wrong = [null, Number.NaN, 'x', {}, Symbol.iterator].flatMap((value) =>
    limit.kind === 'text' && typeof value === 'string'
      ? []
      : typeof value === 'symbol'
        ? []
        : [beyond(value, String(value))],
  )
  if (limit.kind === 'flag') return [at(true, 'true'), at(false, 'false'), beyond(1, '1'), beyond('true', 'a text')]
  if (limit.kind === 'integer')
    return [
      at(limit.from, 'the least'),
      at(limit.to, 'the most'),
      beyond(limit.from - 1, 'the least - 1'),
      ...(limit.to === Number.MAX_SAFE_INTEGER ? [] : [beyond(limit.to + 1, 'the most + 1')]),
      beyond(limit.from + 0.5, 'a part'),
      ...wrong,
    ]
  if (limit.kind === 'text')
    return [
      at(textOf(limit.pattern, limit.most), 'the longest'),
      beyond(textOf(limit.pattern, limit.most + 1), 'the longest + 1'),
      ...(limit.least > 0 ? [beyond('', 'nothing')] : [at('', 'nothing')]),
      beyond('a\u0000b', 'a control'),
      beyond('a\nb', 'two lines'),
      ...wrong,
    ]
  const one = textOf(limit.of.pattern, Math.min(limit.of.most, 8))
  const many = (length: number): string[] => Array.from({ length }, () => one)
  return [
    at(many(limit.most), 'the most'),
    beyond(many(limit.most + 1), 'the most + 1'),
    at(many(limit.least), 'the fewest'),
    ...(limit.least > 0 ? [beyond([], 'none')] : []),
    at([textOf(limit.of.pattern, limit.of.most)], 'the longest item'),
    beyond([one, textOf(limit.of.pattern, limit.of.most + 1)], 'the longest item + 1'),
    beyond([one, ''], 'an empty item'),
    beyond([one, 7], 'an item that is a number'),
    beyond([`${one}\n`], 'an item of two lines'),
    ...wrong,
  ]
}

type Setting = Exclude<keyof KeySettings, 'policy' | 'rateLimit'>
const SETTINGS: readonly Setting[] = [
  'name',
  'tags',
  'scopes',
  'allowIp',
  'denyIp',
  'allowZeroPrefix',
  'lockAfterIdleMs',
  'rotateEveryMs',
]
const samples: readonly Sample[] = [
  ...SETTINGS.flatMap((name) => samplesOf(name, KEY_LIMITS[name])),
  ...samplesOf('owner', KEY_LIMITS.owner),
  ...Object.entries(POLICY_LIMITS).flatMap(([name, limit]) => samplesOf(`policy.${name}`, limit)),
  ...Object.entries(RATE_LIMITS).flatMap(([name, limit]) => samplesOf(`rateLimit.${name}`, limit)),
]

/** A member by its path, in a separate object. */
function membersOf({ name, value }: Sample): Record<string, unknown> {
  const [outer = '', inner] = name.split('.')
  if (inner === undefined) return { [outer]: value }
  return { [outer]: outer === 'rateLimit' ? { limit: 1, windowMs: 1, [inner]: value } : { [inner]: value } }
}

const world = apiWorld()
/** What a function answers: nothing, or the text of its refusal. */
const said = async (act: () => unknown): Promise<string | undefined> => {
  try {
    await act()
    return undefined
  } catch (error) {
    expect(isCountersignError(error), String(error)).toBe(true)
    return (error as Error).message
  }
}

const ajv = new Ajv2020({ strict: false })
const bodyOf = (method: 'issue' | 'update') => {
  const document = JSON.parse(JSON.stringify(keyringOpenApi()))
  const { requestBody } = method === 'issue' ? document.paths['/keys'].post : document.paths['/keys/{id}'].patch
  return ajv.compile(requestBody.content['application/json'].schema)
}
const documented = { issue: bodyOf('issue'), update: bodyOf('update') }

describe('the limits of a key', () => {
  it.each(samples.map((sample) => [`${sample.name}: ${sample.what}`, sample] as const))(
    'have one answer by every function for %s',
    async (_, sample) => {
      const members = membersOf(sample)
      const { key } = await world.issued({})
      const [outer = ''] = sample.name.split('.')
      const doors: Record<string, string | undefined> = {
        issue: await said(() => world.keyring.issue({ owner: 'alice', ...BY, ...members })),
        request: await said(() => assertFits(OPERATIONS.issue.body as never, members, '')),
        document: documented.issue(members) ? undefined : sample.name,
        record: parseStoredKey({ ...sampleRecord(), ...members } as StoredKey) === undefined ? sample.name : undefined,
        ...(outer === 'policy' ? { policy: await said(() => assertKeyPolicy(members['policy'] as never)) } : {}),
        ...(outer === 'rateLimit' ? { rate: await said(() => assertRateRule(members['rateLimit'] as never)) } : {}),
      }
      // In a change, null takes these two away.
      const isCleared = sample.value === null && (outer === 'lockAfterIdleMs' || outer === 'rotateEveryMs')
      if (outer !== 'owner' && !isCleared) {
        doors['update'] = await said(() => world.keyring.update(key.id, { ...BY, ...members }))
        doors['change'] = documented.update(members) ? undefined : sample.name
      }
      for (const [door, answer] of Object.entries(doors)) {
        expect([door, answer === undefined]).toEqual([door, sample.fits])
        if (answer !== undefined)
          expect([door, answer]).toEqual([door, expect.stringContaining(sample.name.split('.').at(-1) as string)])
      }
    },
  )

  it('count an actor in characters everywhere, so that who may issue a key may also revoke it', async () => {
    const actor = '🔑'.repeat(KEY_LIMITS.actor.most)
    const { key } = await world.keyring.issue({ owner: 'o', actor })
    await world.keyring.revoke(key.id, { actor })
    expect(await world.store.get(key.id)).toMatchObject({ status: 'revoked', createdBy: actor, revokedBy: actor })
    const longer = { actor: `${actor}🔑` }
    await expect(world.keyring.issue({ owner: 'o', ...longer })).rejects.toThrow(/"actor"/)
    await expect(world.keyring.revoke(key.id, longer)).rejects.toThrow(/"actor"/)
  })

  it('leave room in a record and in a request for all of them at once', async () => {
    const list = (limit: { readonly most: number; readonly of: { readonly most: number; readonly pattern: string } }) =>
      Array.from({ length: limit.most }, () => textOf(limit.of.pattern, limit.of.most))
    const { methods, pathPrefixes, hosts } = POLICY_LIMITS as unknown as Record<string, typeof KEY_LIMITS.tags>
    const settings = {
      name: textOf(KEY_LIMITS.name.pattern, KEY_LIMITS.name.most),
      tags: list(KEY_LIMITS.tags),
      scopes: list(KEY_LIMITS.scopes),
      policy: {
        methods: list(methods as never),
        pathPrefixes: list(pathPrefixes as never),
        hosts: list(hosts as never),
      },
      allowIp: list(KEY_LIMITS.allowIp),
      denyIp: list(KEY_LIMITS.denyIp),
      lockAfterIdleMs: KEY_LIMITS.lockAfterIdleMs.to,
      rotateEveryMs: KEY_LIMITS.rotateEveryMs.to,
    }
    expect(Buffer.byteLength(JSON.stringify(settings))).toBeLessThanOrEqual(MOST_BODY_BYTES)
    const owner = 'o'.repeat(256)
    const { key } = await world.keyring.issue({ owner, ...settings, ...BY })
    await world.keyring.revoke(key.id, { ...BY, reason: '"'.repeat(KEY_LIMITS.reason.most) })
    const record = (await world.store.get(key.id)) as StoredKey
    expect(record.status).toBe('revoked')
    // Beside it: what a KMS makes of a secret, at its longest.
    expect(JSON.stringify(record).length + 8_192 + 16_384).toBeLessThanOrEqual(MAX_RECORD_LENGTH)
  })
})
