import { describe, expect, test } from 'vitest'
import { allowInsecure, isSecure } from '../../../src/message/target.js'

const ENCRYPTED = [
  'https://a',
  'https://api.example.com',
  'https://api.example.com:8443',
  'https://a_b-c.9',
  'https://10.0.0.1',
  'https://[::1]',
  'https://[fe80::1:2]:443',
  'https://[::ffff:127.0.0.1]',
]
const HERE = [
  'http://localhost',
  'http://localhost:8080',
  'http://a.localhost',
  'http://a-1.b.localhost:1',
  'http://127.0.0.1',
  'http://127.255.10.1:80',
  'http://[::1]',
  'http://[::1]:8080',
]
const PLAIN = [
  'http://api.example.com',
  'http://api.example.com:80',
  'http://localhost.example.com',
  'http://notlocalhost',
  'http://.localhost',
  'http://a..localhost',
  'http://a_b.localhost',
  'http://10.0.0.1',
  'http://128.0.0.1',
  'http://1127.0.0.1',
  'http://127.0.0',
  'http://127.0.0.1.1',
  'http://127.0.0.1.example.com',
  'http://127.0.0.a',
  'http://127x0.0.1',
  'http://127.0.0.',
  'http://[::2]',
  'http://[::11]',
  'http://[0::1]',
  'http://::1',
]
const NONE = [
  '',
  'https://',
  'https://*',
  'https://*.example.com',
  'https://a:',
  'https://a:x',
  'https://a:80x',
  'https://a/',
  'https://a/b',
  'https://a?b',
  'https://a#b',
  'https://u@a',
  'https://A',
  'https://\u00e9',
  'https://a b',
  'https://a\n',
  'https://[]',
  'https://[::g]',
  'https://[::1',
  'https://::1]',
  ' https://a',
  'xhttps://a',
  'httpss://a',
  'https:/a',
  'HTTPS://a',
  'ftp://a',
  'ws://localhost',
  'null',
  'http://*',
  'http://localhost:',
  'http://localhost/',
  'xhttp://localhost',
  'http://127.0.0.1:80x',
  'http://[::1]x',
]

describe('isSecure', () => {
  test.each(ENCRYPTED)('the origin %s is encrypted', (origin) => {
    expect([isSecure(origin, {}), isSecure(origin, { [allowInsecure]: true })]).toStrictEqual([true, true])
  })

  test.each(HERE)('%s does not leave the machine', (origin) => {
    expect([isSecure(origin, {}), isSecure(origin, { [allowInsecure]: true })]).toStrictEqual([true, true])
  })

  test.each(PLAIN)('the origin %s is refused', (origin) => {
    expect(isSecure(origin, {})).toBe(false)
  })

  test('an origin in plain text is let through where that was allowed, by the symbol set to true alone', () => {
    const origin = 'http://api.example.com:80'
    expect(isSecure(origin, { [allowInsecure]: true })).toBe(true)
    for (const value of [undefined, false, 1, 'true'])
      expect(isSecure(origin, { [allowInsecure]: value as true })).toBe(false)
    expect(isSecure(origin, { allowInsecure: true } as never)).toBe(false)
  })

  test.each(NONE)('%j is no origin of a host, whatever was allowed', (origin) => {
    expect([isSecure(origin, {}), isSecure(origin, { [allowInsecure]: true })]).toStrictEqual([false, false])
  })
})
