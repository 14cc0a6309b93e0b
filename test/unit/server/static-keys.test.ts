import { describe, expect, it } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { bot, order, sign, world } from '../../attacks/world.js'
import { withCode } from '../../expect-code.js'

const record = (keyId: string) => ({
  key: hmacKey({ keyId, algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) }),
})

describe('staticKeys', () => {
  it('finds a key by its exact id, and nothing by the names of an object', () => {
    const bot = record('bot-1')
    const keys = staticKeys([bot, record('bot-2')])
    expect(keys.get('bot-1')).toBe(bot)
    for (const keyId of ['', 'bot-3', 'Bot-1', 'bot-1 ', '__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(keys.get(keyId)).toBeUndefined()
    }
  })

  it('shows a key of each record, which is what an unknown id is verified with', () => {
    const [one, two] = [record('bot-1'), record('bot-2')]
    expect(staticKeys([one, two]).samples?.()).toEqual([one.key, two.key])
  })

  it('takes of another source what a table has for absent, and what it says of grants only denies them', async () => {
    for (const row of [
      { replacedBy: null, version: null, passphrase: null, allowZeroPrefix: null },
      { owner: '', version: '3', notBeforeMs: -1 },
      { scopes: ['admin', 'Orders:Write', 'orders:read'] },
    ]) {
      const keys = { get: () => ({ key: bot, ...row }) as never }
      expect(await world({ keys }).judge(await sign(order())), JSON.stringify(row)).toBe('ok')
    }
    for (const row of [{ passphrase: 5 }, { status: 'disabld' }, { scopes: 'orders:read' }, { expiresAtMs: '2030' }])
      expect(await world({ keys: { get: () => ({ key: bot, ...row }) as never } }).judge(await sign(order()))).toBe(
        'KEY_SOURCE_FAILED',
      )
  })

  it('goes by what a record says now, though it is looked at only once', async () => {
    const changing: { key: typeof bot; status?: 'active' | 'revoked'; expiresAtMs?: number } = { key: bot }
    const { judge } = world({ records: [changing] })
    expect(await judge(await sign(order()))).toBe('ok')
    changing.status = 'revoked'
    expect(await judge(await sign(order()))).toBe('KEY_REVOKED')
    changing.status = 'active'
    changing.expiresAtMs = 1
    expect(await judge(await sign(order()))).toBe('KEY_EXPIRED')
    changing.expiresAtMs = 'never' as never
    expect(await judge(await sign(order()))).toBe('KEY_SOURCE_FAILED')
  })

  it('closes a listed key for what is changed in its record and cannot be meant', async () => {
    const judged = async (change: object, withdraw = false) => {
      const row = { key: bot, owner: 'alice', scopes: ['orders:write'] }
      const { judge } = world({ keys: staticKeys([row]) })
      expect(await judge(await sign(order()))).toBe('ok')
      Object.assign(row, change)
      const code = await judge(await sign(order()))
      if (withdraw) for (const name of Object.keys(change)) Reflect.deleteProperty(row, name)
      return withdraw ? judge(await sign(order())) : code
    }
    for (const change of [{ disabled: true }, { denyIps: ['192.0.2.1'] }, { allowZeroPrefix: 'no' }, { owner: {} }])
      expect(await judged(change), JSON.stringify(change)).toBe('KEY_SOURCE_FAILED')
    expect(await judged({ status: 'revoked' })).toBe('KEY_REVOKED')
    expect(await judged({ disabled: true }, true)).toBe('ok')
    expect(await judged({ lineage: 'line-1' })).toBe('ok')
  })

  it('refuses what is no list, a Map of records too', () => {
    for (const [records, got] of [
      [new Map([['a', record('a')]]), 'a Map'],
      [record('a'), 'an object'],
      [undefined, 'nothing'],
      [null, 'null'],
    ] as const)
      expect(() => staticKeys(records as never)).toThrow(
        withCode('CONFIG_INVALID', `staticKeys: records must be an array, got ${got}`),
      )
  })

  it('refuses the same id twice', () => {
    expect(() => staticKeys([record('a'), record('a')])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('holds what a key is granted to the one grammar of scopes', () => {
    expect(() => staticKeys([{ ...record('a'), scopes: ['a:b', '*:read', 'orders:*', '*:*'] }])).not.toThrow()
    for (const scope of ['orders', 'Orders:write', 'orders/write', '*', 'orders:w*', 'a:b:c', ' a:b', '', 'a:'])
      expect(() => staticKeys([{ ...record('a'), scopes: ['a:b', scope] }]), scope).toThrow(
        'staticKeys: record 0: "scopes[1]" must be resource:action in lower case, "*" for a whole segment',
      )
  })

  it('refuses at once a record whose limits would be none or could not be kept', () => {
    const wrong: ReadonlyArray<readonly [object, RegExp]> = [
      [{ policy: { method: ['GET'] } }, /"method".*did you mean "methods"/],
      [{ policy: null }, /"policy" must be an object, got null/],
      [{ rateLimit: { limit: 1, window: 1_000 } }, /unknown option "window".*"windowMs"/],
      [{ rateLimit: { limit: 0, windowMs: 1_000 } }, /"limit" must be an integer/],
      [{ status: 'disabld' }, /staticKeys: record 0: "status" must be active, disabled or revoked/],
      [{ expiresAtMs: '2030-01-01' }, /"expiresAtMs" must be milliseconds/],
      [{ disabled: true }, /unknown option "disabled"; did you mean "status"/],
      [{ passphrase: 5 }, /staticKeys: record 0: "passphrase" must be a string or a Secret, got a number/],
      [{ passphrase: '' }, /"passphrase" must not be empty/],
      [{ owner: 5 }, /"owner" must be a string that is not empty, got a number/],
      [{ owner: '' }, /"owner" must be a string that is not empty, got an empty string/],
      [{ allowZeroPrefix: 'yes' }, /"allowZeroPrefix" must be true or false, got a string/],
      [{ version: '2' }, /"version" must be a number from 0, got a string/],
      [{ replacedBy: 7 }, /"replacedBy" must be a string/],
      [{ lineage: '' }, /"lineage" must be a string/],
      [{ notBeforeMs: Number.NaN }, /"notBeforeMs" must be milliseconds/],
      [{ notBeforeMs: new Date(0) }, /"notBeforeMs" must be milliseconds .* got a Date/],
      [{ scopes: 'orders:read' }, /"scopes" must be a list of strings, got a string/],
      [{ key: { keyId: 'a', verify: () => true } }, /"key" must be a verifying key, got a verifying key/],
      [{ key: { keyId: '', algorithm: 'ed25519', verify: () => true } }, /"key" must be a verifying key/],
    ]
    for (const [members, message] of wrong)
      expect(() => staticKeys([{ ...record('a'), ...members } as never]), JSON.stringify(members)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
      )
  })
})
