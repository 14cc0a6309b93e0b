import { describe, expect, it } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { staticKeys } from '../../../src/server/static-keys.js'

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

  it('refuses the same id twice', () => {
    expect(() => staticKeys([record('a'), record('a')])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
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
    ]
    for (const [members, message] of wrong)
      expect(() => staticKeys([{ ...record('a'), ...members } as never]), JSON.stringify(members)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
      )
  })
})
