import { describe, expect, it } from 'vitest'
import { allowInsecure, assertOrigin, originSet } from '../../../../src/client/fetch/origins.js'
import { httpRequest } from '../../../../src/message/message.js'
import { codeOf } from '../../../expect-code.js'

const to = (url: string, headers = {}) => httpRequest({ url, headers })

describe('origins', () => {
  it.each([
    ['an empty list', []],
    ['a string', 'https://api.example.com' as never],
    ['a wildcard', ['https://*.example.com']],
    ['a path', ['https://api.example.com/v1']],
    ['a slash at the end', ['https://api.example.com/']],
    ['the default port', ['https://api.example.com:443']],
    ['upper case', ['https://API.example.com']],
    ['credentials', ['https://user:pass@api.example.com']],
    ['a bare host', ['api.example.com']],
    ['another scheme', ['ftp://api.example.com']],
    ['a data URL', ['data:text/plain,x']],
    ['plain http to another host', ['http://api.example.com']],
    ['plain http to a name that only starts like this machine', ['http://localhost.example.com']],
    ['plain http to an address that only starts like this machine', ['http://127.0.0.1.example.com']],
    ['plain http to the unspecified address', ['http://0.0.0.0']],
    ['one good and one bad', ['https://api.example.com', '*']],
  ])('the list refuses %s', async (_, list) => {
    expect(await codeOf(() => originSet(list, {}))).toBe('CONFIG_INVALID')
  })

  it.each([
    'https://api.example.com',
    'https://api.example.com:8443',
    'https://[2001:db8::1]:8443',
    'https://xn--bcher-kva.example',
    'http://localhost:3000',
    'http://app.localhost',
    'http://127.0.0.1',
    'http://127.9.8.7:81',
    'http://[::1]:8080',
  ])('the list takes %s', (origin) => {
    expect([...originSet([origin], {})]).toEqual([origin])
  })

  it('takes plain http elsewhere only when that is said', async () => {
    const list = ['http://10.0.0.1']
    expect(await codeOf(() => originSet(list, { [allowInsecure]: false as never }))).toBe('CONFIG_INVALID')
    expect([...originSet(list, { [allowInsecure]: true })]).toEqual(list)
  })

  it('never repeats what may be a password', () => {
    expect(() => originSet(['https://user:hunter2@api.example.com'], {})).toThrowError(/^(?!.*hunter2)/)
  })

  it.each([
    'https://api.example.com:8443/',
    'http://api.example.com/',
    'https://example.com/',
    'https://api.example.com.evil.example/',
    'https://evil.example/?https://api.example.com',
  ])('refuses a request to %s', async (url) => {
    const set = originSet(['https://api.example.com'], {})
    expect(await codeOf(() => assertOrigin(set, to(url)))).toBe('ORIGIN_REFUSED')
  })

  it('lets the exact origin pass, however it is spelled', () => {
    const set = originSet(['https://api.example.com'], {})
    for (const url of ['https://api.example.com/a', 'https://API.example.com:443/a', 'https://api.example.com?x=1'])
      expect(() => assertOrigin(set, to(url))).not.toThrow()
  })

  it('refuses a Host field that names another host', async () => {
    const set = originSet(['https://api.example.com'], {})
    expect(await codeOf(() => assertOrigin(set, to('https://api.example.com/', { host: 'evil.example' })))).toBe(
      'ORIGIN_REFUSED',
    )
    expect(() => assertOrigin(set, to('https://api.example.com/', { Host: 'API.example.com:443' }))).not.toThrow()
  })
})
