import { describe, expect, test } from 'vitest'
import { bareHost, isLoopbackAddress, isThisMachine, isUnspecified } from '../../../src/access/this-machine.js'
import { isSecure } from '../../../src/message/target.js'
import { isItself } from '../../../src/proxy/address.js'
import { locate } from '../../../src/server/directory/location.js'

const HERE = ['localhost', 'LOCALHOST', 'api.localhost', 'a.b.localhost', '127.0.0.1', '127.8.9.10', '[::1]']
const ELSEWHERE = [
  ...['', 'localhost.example.com', 'notlocalhost', '.localhost', '127.0.0.1.example.com', 'example.com', '128.0.0.1'],
  ...[
    '126.255.255.255',
    '0.0.0.0',
    '10.0.0.1',
    '[::]',
    '[::2]',
    '[fe80::1]',
    '127.0.0.1:80',
    'a@localhost',
    'a/.localhost',
  ],
  ...['127.0.0.256', '0177.0.0.1', '127.1', 'a b.localhost', '[localhost', 'localhost]'],
]

test.each([...HERE, '::1', 'localhost.', '::ffff:127.0.0.1', '[0:0:0:0:0:0:0:1]'])('%s is this machine', (host) => {
  expect(isThisMachine(host)).toBe(true)
})

test.each(ELSEWHERE)('"%s" is not this machine', (host) => {
  expect(isThisMachine(host)).toBe(false)
})

test('an address of IPv6 is this machine where each of its words says so', () => {
  for (const host of ['1::1', '0:0:1::1', '::1:0:0:0:1', '::1:0:1', '::2', '::'])
    expect(isLoopbackAddress(host), host).toBe(false)
  expect(isLoopbackAddress('::1')).toBe(true)
})

test('brackets belong to a host where they are around all of it', () => {
  expect(['[::1]', '[]', '::1', '[::1', '::1]', 'a[::1]', '[::1]:80'].map(bareHost)).toEqual([
    ...['::1', '', '::1', '[::1', '::1]', 'a[::1]', '[::1]:80'],
  ])
  expect(bareHost('[a\nb]')).toBe('a\nb')
})

test('a name is no loopback address, whatever it leads to', () => {
  expect(HERE.filter((host) => isLoopbackAddress(bareHost(host)))).toEqual(['127.0.0.1', '127.8.9.10', '[::1]'])
})

test('all addresses at once is none of this machine alone', () => {
  expect(['0.0.0.0', '::', '[::]', '::ffff:0.0.0.0'].every(isUnspecified)).toBe(true)
  expect(['127.0.0.1', '0.0.0.1', '::1', '::ffff', 'localhost', ''].some(isUnspecified)).toBe(false)
  // Each of the four words has to be none.
  expect(['1::', '0:1::', '0:0:1::', '::1:0:0:0', '::1:0:0', '::fffe:0:0', '::1:0'].some(isUnspecified)).toBe(false)
})

describe('every function has the same rule', () => {
  // The room of messages imports none above it, and signers of browsers carry no reader of addresses: it has a separate pattern.
  test('plain http is sent to this machine, and to no other', () => {
    expect(HERE.filter((host) => !isSecure(`http://${host.toLowerCase()}`, {}))).toEqual([])
    // An origin has been through a URL parser, which turns other spellings of an address into the one.
    const origins = ELSEWHERE.map((host) => `http://${host}`).filter(
      (url) => URL.canParse(url) && new URL(url).origin === url,
    )
    expect(origins.filter((origin) => isSecure(origin, {}))).toEqual([])
    expect(origins.length).toBeGreaterThan(8)
  })

  test('a key directory may be of this machine where that is allowed', () => {
    for (const host of HERE) {
      expect(() => locate(`http://${host}/`, true)).not.toThrow()
      expect(() => locate(`https://${host}/`, false)).toThrow(/public host/)
    }
  })

  test('what a proxy or gate sends to is itself under each name of this machine', () => {
    const port = 8443
    for (const host of ['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::'])
      for (const name of [...HERE, '0.0.0.0', '[::]', '[::ffff:7f00:1]', 'localhost.', '2130706433'])
        expect([name, isItself(`http://${name}:${port}`, { host, port }, port)]).toEqual([name, true])
    expect(isItself('http://localhost:8080', { host: '127.0.0.1', port }, port)).toBe(false)
    // On an address that others reach, something else may listen on loopback.
    expect(isItself(`http://127.0.0.1:${port}`, { host: '192.0.2.7', port }, port)).toBe(false)
    expect(isItself('https://192.0.2.7', { host: '192.0.2.7', port: 443 }, 443)).toBe(true)
    expect(isItself('http://[2001:DB8:0::1]', { host: '2001:db8::1', port: 80 }, 80)).toBe(true)
    expect(isItself('https://api.example.com', { host: '0.0.0.0', port: 443 }, 443)).toBe(false)
  })
})
