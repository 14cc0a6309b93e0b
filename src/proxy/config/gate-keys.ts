import type { KeyRecord } from '../../access/key-record.js'
import { loadSecret } from '../../client/load-secret.js'
import { ALGORITHMS } from '../../crypto/algorithm.js'
import type { Jwk } from '../../crypto/format/jwk.js'
import { importVerifyingKey } from '../../crypto/import.js'
import { fail } from '../../errors.js'
import { defined } from '../../support/defined.js'
import { type Checks, checksOf } from './checks.js'
import { type Path, readJsonc } from './jsonc.js'
import { algorithmOf, type KeyWorld } from './keys.js'
import { textOf } from './proxy-config.js'

const KEY = [
  ...[
    'keyId',
    'algorithm',
    'publicKey',
    'secret',
    'owner',
    'scopes',
    'rate',
    'allowIp',
    'denyIp',
    'status',
    'expiresAt',
  ],
]

/**
 * Keys of a gate from a file of JSON with comments: `{ "keys": [{ "keyId", "algorithm", "publicKey", "owner", "scopes" }] }`. A public
 * key is the path of a PEM or JWK file, a shared secret the place where it is kept.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with every problem, one per line.
 */
export async function readGateKeys(file: string, world: KeyWorld = {}): Promise<readonly KeyRecord[]> {
  const document = readJsonc(await textOf(file), file)
  const checks = checksOf(document, file)
  const top = checks.members([], document.value, ['keys']) ?? {}
  const given = checks.list(['keys'], top['keys'])
  if (given.length === 0) checks.wrong(['keys'], 'must be a list with at least one key')
  const ids = new Map<string, number>()
  const records: KeyRecord[] = []
  for (const [at, one] of given.entries()) {
    const record = await readRecord(checks, ['keys', at], one, world)
    if (record === undefined) continue
    const { keyId } = record.key
    const other = ids.get(keyId)
    if (other !== undefined) checks.wrong(['keys', at, 'keyId'], `must not be that of "keys[${other}]" too`)
    ids.set(keyId, at)
    records.push(record)
  }
  checks.end()
  return records
}

async function readRecord(checks: Checks, path: Path, value: unknown, world: KeyWorld): Promise<KeyRecord | undefined> {
  const members = checks.members(path, value, KEY)
  if (members === undefined) return undefined
  const at = (name: string): Path => [...path, name]
  const keyId = checks.text(at('keyId'), members['keyId'], 'what signatures name the key by')
  const algorithm = algorithmOf(checks, at('algorithm'), members['algorithm'])
  for (const name of ['keyId', 'algorithm']) if (members[name] === undefined) checks.wrong(path, `must have "${name}"`)
  const shared = algorithm !== undefined && ALGORITHMS[algorithm].family === 'hmac'
  const material = shared ? 'secret' : 'publicKey'
  if (algorithm !== undefined && members[material] === undefined)
    checks.wrong(path, `must have "${material}": ${algorithm} ${shared ? 'is a shared secret' : 'has a public half'}`)
  if (algorithm !== undefined && members[shared ? 'publicKey' : 'secret'] !== undefined)
    checks.wrong(at(shared ? 'publicKey' : 'secret'), `must be left out beside ${algorithm}`)
  const owner = checks.text(at('owner'), members['owner'], 'text')
  const status = checks.text(
    at('status'),
    members['status'],
    'active, disabled or revoked',
    /^(?:active|disabled|revoked)$/,
  )
  const expiresAt = checks.text(at('expiresAt'), members['expiresAt'], 'a time such as "2027-01-01T00:00:00Z"', TIME)
  const rate = checks.text(at('rate'), members['rate'], 'requests in a time such as "600/1m"', RATE)
  const lists = Object.fromEntries(
    ['scopes', 'allowIp', 'denyIp'].flatMap((name) => {
      const list = checks.list(at(name), members[name])
      const texts = list.map((one, i) => checks.text([...at(name), i], one, 'text'))
      return members[name] === undefined ? [] : [[name, texts.filter((text) => text !== undefined)]]
    }),
  )
  const place = shared
    ? checks.place(at('secret'), members['secret'])
    : checks.text(at('publicKey'), members['publicKey'], 'the path of a PEM or JWK file')
  if (keyId === undefined || algorithm === undefined || place === undefined) return undefined
  const key = await checks.attempt(at(material), async () =>
    importVerifyingKey(shared ? await loadSecret(place, world) : await publicMaterial(place), { keyId, algorithm }),
  )
  if (key === undefined) return undefined
  return defined({
    key,
    owner,
    ...(status !== undefined && { status: status as 'active' }),
    ...(expiresAt !== undefined && { expiresAtMs: Date.parse(expiresAt) }),
    ...(rate !== undefined && { rateLimit: rateOf(rate) }),
    ...lists,
  })
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/
const RATE = /^([1-9]\d{0,8})\/([1-9]\d{0,5})?(ms|s|m|h|d)$/
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `600/1m`, or `10/s`. @throws {CountersignError} `CONFIG_INVALID`. */
export function rateOf(text: string, name = 'a rate'): { readonly limit: number; readonly windowMs: number } {
  const found = RATE.exec(text)
  const windowMs = Number(found?.[2] ?? 1) * (UNITS[found?.[3] ?? ''] ?? 0)
  if (found === null || windowMs > 366 * 86_400_000)
    fail('CONFIG_INVALID', `${name} must be requests in a time such as 600/1m`)
  return { limit: Number(found[1]), windowMs }
}

/** PEM as it is, a JWK as an object. */
async function publicMaterial(path: string): Promise<string | Jwk> {
  const text = await textOf(path)
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text) as Jwk
  } catch {
    return fail('CONFIG_INVALID', `"${path}" must be PEM or a JWK, got JSON that cannot be read`)
  }
}
