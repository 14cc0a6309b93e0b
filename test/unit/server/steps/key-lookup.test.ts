import { describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { Secret } from '../../../../src/crypto/secret.js'
import { CountersignError } from '../../../../src/errors.js'
import { asked, assertRecord, recordFault } from '../../../../src/server/steps/key-lookup.js'

const key = hmacKey({ keyId: 'a', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const record = (members: object = {}): KeyRecord => ({ key, ...members })

describe('what a key source throws is its own fault', () => {
  const failures: ReadonlyArray<readonly [string, unknown, string, string]> = [
    ['an error', new TypeError('secret'), 'KEY_SOURCE_FAILED', 'an unexpected TypeError'],
    ['a text', 'secret', 'KEY_SOURCE_FAILED', 'an unexpected string'],
    ['nothing', undefined, 'KEY_SOURCE_FAILED', 'an unexpected undefined'],
    ['the code of a verdict', new CountersignError('KEY_REVOKED', 'gone'), 'KEY_SOURCE_FAILED', 'gone'],
    ['a store', new CountersignError('STORE_UNAVAILABLE', 'down'), 'STORE_UNAVAILABLE', 'down'],
    ['a broken store', new CountersignError('STORE_CORRUPTED', 'odd'), 'STORE_UNAVAILABLE', 'odd'],
    ['an error that has only the code of one', { code: 'STORE_X' }, 'KEY_SOURCE_FAILED', 'an unexpected object'],
  ]
  test.each(failures)('the fault is the source’s where it throws %s', async (_, error, code, why) => {
    const expected = expect.objectContaining({ code, message: `the key failed: ${why}` })
    const throwing = () => {
      throw error
    }
    expect(() => asked('the key', throwing, 50)).toThrow(expected)
    await expect(asked('the key', () => Promise.reject(error), 50)).rejects.toThrow(expected)
  })

  test('and an answer is handed on as it came, a promise with a time that it has', async () => {
    expect(asked('the key', () => key, 50)).toBe(key)
    expect(asked('the key', () => undefined, 50)).toBeUndefined()
    const answer = asked('the key', () => Promise.resolve(key), 50)
    expect(answer).toBeInstanceOf(Promise)
    expect(await answer).toBe(key)
    await expect(asked('the key', () => new Promise(() => {}), 1)).rejects.toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE', message: 'the key failed: no answer within 1 ms' }),
    )
  })
})

const TEXT = 'a string that is not empty'
const TIME = 'milliseconds since the epoch'
const LIST = 'a list of strings'
// A function of a caller is no Secret, whatever members it has.
const revealing = Object.assign(() => {}, { reveal: () => new Uint8Array(1) })
const secret = Secret.fromText('s3cret')

/** Each member of a record with what it must be: values that fit, that fit from a key source only, that never fit. */
const MEMBERS: ReadonlyArray<readonly [string, string, readonly unknown[], readonly unknown[], readonly unknown[]]> = [
  ['owner', TEXT, ['alice', undefined], [''], [7, null]],
  ['status', 'active, disabled or revoked', ['active', 'disabled', 'revoked'], [], ['Active', '', true, null]],
  ['passphrase', 'a string or a Secret', ['p', secret], [null], [5, {}, { reveal: true }, revealing]],
  ['notBeforeMs', TIME, [0, 1.5], [-1], [Number.NaN, Infinity, '0', null]],
  ['expiresAtMs', TIME, [0, 9e12], [-1], [Number.NaN, new Date(0), '2030', null]],
  ['scopes', LIST, [[], ['a:b']], [], ['a:b', [1], ['a:b', null], {}, null]],
  ['allowIp', LIST, [[], ['192.0.2.1']], [], ['192.0.2.1', [1], null]],
  ['denyIp', LIST, [[], ['192.0.2.1']], [], ['192.0.2.1', [1], null]],
  ['allowZeroPrefix', 'true or false', [true, false], [null], ['yes', 0]],
  ['lineage', TEXT, ['l'], [''], [7, {}]],
  ['version', 'a number from 0', [0, 2], ['3', null, -1], []],
  ['replacedBy', TEXT, ['b'], ['', 7, null], []],
]

describe('each member of a record is what its name says', () => {
  test.each(MEMBERS)('the member "%s" is what its name says', (name, must, fits, fromSource, wrong) => {
    for (const value of fits) {
      expect(() => assertRecord('here', record({ [name]: value })), String(value)).not.toThrow()
      expect(recordFault(record({ [name]: value }), 'a'), String(value)).toBeUndefined()
    }
    const text = `"${name}" must be ${must}, got `
    for (const value of [...fromSource, ...wrong])
      expect(() => assertRecord('here', record({ [name]: value })), String(value)).toThrow(`here: ${text}`)
    // Rows of a key source are older than these rules.
    for (const value of fromSource) expect(recordFault(record({ [name]: value }), 'a'), String(value)).toBeUndefined()
    for (const value of wrong)
      expect(recordFault(record({ [name]: value }), 'a')?.message, String(value)).toContain(
        `the key source returned a record whose ${text}`,
      )
  })

  test('an empty passphrase is none, and a fixed list says so', () => {
    expect(() => assertRecord('here', record({ passphrase: '' }))).toThrow(
      'here: "passphrase" must not be empty: leave it out for none',
    )
    expect(recordFault(record({ passphrase: '' }), 'a')).toBeUndefined()
  })

  test('a grant that grants nothing is refused in a fixed list, and named by its place', () => {
    expect(() => assertRecord('here', record({ scopes: ['a:b', 'c:d', '*:*'] }))).not.toThrow()
    expect(() => assertRecord('here', record({ scopes: ['Orders'] }))).toThrow('"scopes[0]" must be resource:action')
    expect(() => assertRecord('here', record({ scopes: ['a:b', 'Orders'] }))).toThrow('"scopes[1]" must be')
    expect(recordFault(record({ scopes: ['Orders'] }), 'a')).toBeUndefined()
  })
})

describe('a record is the one of the key that was asked for', () => {
  const verify = key.verify
  test.each<readonly [string, unknown]>([
    ['no verify()', { keyId: 'a', algorithm: 'hmac-sha256' }],
    ['no algorithm', { keyId: 'a', verify }],
    ['an algorithm that is none', { keyId: 'a', algorithm: 'toString', verify }],
    ['no key', undefined],
    ['null for a key', null],
  ])('a record with %s is refused', (_, odd) => {
    expect(recordFault({ key: odd } as KeyRecord, 'a')).toMatchObject({
      code: 'KEY_SOURCE_FAILED',
      message: 'the key source returned something that is not a key record',
    })
    expect(() => assertRecord('here', { key: odd } as KeyRecord)).toThrow('here: "key" must be a verifying key, got ')
  })

  test('its id is the one that was asked for', () => {
    expect(recordFault(record(), 'a')).toBeUndefined()
    expect(recordFault(record(), 'A')?.message).toBe('the key source returned another key')
    expect(recordFault({ key: { ...key, keyId: '' } }, 'a')?.message).toBe('the key source returned another key')
    for (const keyId of ['', 5, undefined])
      expect(() => assertRecord('here', { key: { ...key, keyId } } as KeyRecord)).toThrow('"key" must be a verifying')
  })

  test('a key in place of its record is named', () => {
    expect(() => assertRecord('here', key as never)).toThrow('here: it must be a record such as { key }, got')
    for (const none of [null, undefined, 'a', 5]) expect(() => assertRecord('here', none as never)).toThrow(/^here/)
  })

  test('a record that was sound is judged again where it can have changed', () => {
    const open = { key, status: 'active' }
    expect(recordFault(open as KeyRecord, 'a')).toBeUndefined()
    open.status = 'enabled'
    expect(recordFault(open as KeyRecord, 'a')?.message).toContain('"status" must be')
    const frozen = Object.freeze(record({ status: 'enabled' }))
    for (let i = 0; i < 2; i++) expect(recordFault(frozen, 'a')?.message).toContain('"status" must be')
    const sound = Object.freeze(record({ status: 'active' }))
    for (let i = 0; i < 2; i++) expect(recordFault(sound, 'a')).toBeUndefined()
    expect(recordFault(sound, 'b')?.message).toBe('the key source returned another key')
  })

  test('a record that was sound and has not changed is compared, and not looked at again', () => {
    let looks = 0
    const counted = {
      key,
      get owner() {
        looks++
        return 'alice'
      },
    }
    expect(recordFault(counted, 'a')).toBeUndefined()
    const first = looks
    expect(recordFault(counted, 'a')).toBeUndefined()
    expect([first > 1, looks]).toEqual([true, first + 1])
  })
})

test('a record whose members are computed is looked at every time', () => {
  let status = 'active'
  class Row {
    get key() {
      return key
    }
    get status() {
      return status as never
    }
  }
  const row = new Row()
  expect(recordFault(row, 'a')).toBeUndefined()
  status = 'gone'
  expect(recordFault(row, 'a')?.message).toContain('"status"')
})

describe('a member that seems to be meant for a limit', () => {
  /** What it is taken for, by every name that is no spelling of it. */
  const MEANT: Readonly<Record<string, string>> = {
    ip: 'allowIp',
    ips: 'allowIp',
    allowedIps: 'allowIp',
    ipAllowlist: 'allowIp',
    ipDenylist: 'denyIp',
    expires: 'expiresAtMs',
    expiresIn: 'expiresAtMs',
    expiresInMs: 'expiresAtMs',
    expiry: 'expiresAtMs',
    rate: 'rateLimit',
    enabled: 'status',
    disabled: 'status',
    revoked: 'status',
    stattus: 'status',
    passphrse: 'passphrase',
    notBefore: 'notBeforeMs',
    allowIps: 'allowIp',
    denyIps: 'denyIp',
    polcy: 'policy',
    rateLimits: 'rateLimit',
  }
  test.each(Object.entries(MEANT))('%s is taken for %s', (name, meant) => {
    expect(recordFault(record({ [name]: 1 }), 'a')?.message).toBe(
      `the key source returned a record with "${name}"; did you mean "${meant}"?`,
    )
    expect(() => assertRecord('here', record({ [name]: 1 }))).toThrow(
      `unknown option "${name}"; did you mean "${meant}"?`,
    )
    // Beside the right name, and where it holds nothing, it is the source's own.
    for (const nothing of [null, undefined]) expect(recordFault(record({ [name]: nothing }), 'a')).toBeUndefined()
    const stated = { status: 'active', policy: {}, rateLimit: { limit: 1, windowMs: 1 }, passphrase: 'p' }
    const times = { notBeforeMs: 0, expiresAtMs: 9e12, allowIp: [], denyIp: [] }
    expect(recordFault(record({ ...stated, ...times, [name]: 1 }), 'a')).toBeUndefined()
  })

  test.each([
    ['api_status', 'status'],
    ['key_status', 'status'],
    ['limitRate', 'rateLimit'],
    ['beforeMs', 'notBeforeMs'],
    ['blockIp', 'denyIp'],
    ['blockedIps', 'denyIp'],
    ['PASSPHRASE', 'passphrase'],
  ])('%s closes its key as %s under another name', (name, meant) => {
    expect(recordFault(record({ [name]: 1 }), 'a')?.message).toContain(`with "${name}"; did you mean "${meant}"?`)
  })

  test('is known by its first three letters, and by no fewer', () => {
    for (const name of ['exp', 'not', 'rat', 'sta', 'pas'])
      expect(recordFault(record({ [name]: 1 }), 'a')?.message).toContain(`with "${name}"; did you mean`)
    for (const name of ['e', 'ex', 'no', 'ra', 'st', 'pa', 'de', 'al'])
      expect(recordFault(record({ [name]: 1 }), 'a')).toBeUndefined()
  })

  test.each(['start', 'denied', 'loginIp', 'createdAt', 'updatedAtMs', 'lastSeenIp', 'plan', 'tenantId'])(
    '%s is a member of the source’s own, and closes nothing',
    (name) => {
      expect(recordFault(record({ [name]: 1 }), 'a')).toBeUndefined()
    },
  )

  test('is looked for behind members that are none, and named in a bounded text', () => {
    const own = { id: 7, note: null, toString: 1, constructor: 2, tags: [] }
    expect(recordFault(record(own), 'a')).toBeUndefined()
    expect(recordFault(record({ ...own, expiry: 1 }), 'a')?.message).toContain('"expiry"')
    const long = `policy${'x'.repeat(100)}`
    expect(recordFault(record({ [long]: 1 }), 'a')?.message).toContain(`with "${long.slice(0, 64)}"; did you mean`)
    // What takes nothing away is not looked at.
    for (const name of ['ownr', 'scops', 'lineages', 'versions'])
      expect(recordFault(record({ [name]: 1 }), 'a')).toBeUndefined()
  })
})
