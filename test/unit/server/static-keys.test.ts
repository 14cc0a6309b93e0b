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
})
