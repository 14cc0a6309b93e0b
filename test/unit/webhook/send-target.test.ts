import { describe, expect, test, vi } from 'vitest'
import { assertReachable, type TargetRule, targetOf } from '../../../src/webhook/send/target.js'
import { caught, textOf } from '../../expect-code.js'

const PUBLIC: TargetRule = { addresses: 'public', lookup: undefined }
const refusal = (url: string | URL, rule = PUBLIC): string => textOf(() => targetOf(url, rule))

describe('the URL of a delivery', () => {
  test('is sent to without its fragment, and its name is to be resolved', () => {
    for (const url of ['https://hooks.example.com/in?a=1#b', new URL('https://hooks.example.com/in?a=1#b')])
      expect(targetOf(url, PUBLIC)).toEqual({ url: 'https://hooks.example.com/in?a=1', hostname: 'hooks.example.com' })
  })

  test('that holds an address has no name to be resolved', () => {
    for (const host of ['93.184.216.34', '[2606:2800:220:1:248:1893:25c8:1946]'])
      expect(targetOf(`https://${host}/`, PUBLIC)).toEqual({ url: `https://${host}/`, hostname: undefined })
  })

  test('has at most 2048 characters', () => {
    const url = 'https://hooks.example.com/'.padEnd(2_048, 'a')
    expect(targetOf(url, PUBLIC).url).toBe(url)
    expect(refusal(`${url}a`)).toBe('ORIGIN_REFUSED the URL of a delivery must have at most 2048 characters')
  })

  test.each(['user@', ':password@', 'user:password@'])('has no %s in it', (login) => {
    expect(refusal(`https://${login}hooks.example.com/`)).toBe(
      'ORIGIN_REFUSED the URL of a delivery must have no user name or password',
    )
  })

  test('is absolute, and its refusal does not repeat it', () => {
    expect(refusal('/in?token=1')).toMatch(/^ORIGIN_REFUSED the URL of a delivery must be absolute, got (?!.*token)/)
  })

  test('is https', () => {
    expect(refusal('http://hooks.example.com/')).toBe('ORIGIN_REFUSED the URL of a delivery must be https')
  })

  test.each(['localhost', 'a.localhost', '127.0.0.1', '10.0.0.1', '[::1]', '[fd00::1]'])(
    'is no host inside such as %s, unless that is given',
    (host) => {
      expect(refusal(`https://${host}/`)).toBe(
        'ORIGIN_REFUSED the URL of a delivery must have a public host: for your own network state addresses: "any"',
      )
      expect(targetOf(`https://${host}/`, { ...PUBLIC, addresses: 'any' }).url).toBe(`https://${host}/`)
    },
  )
})

describe('the name of a host', () => {
  const target = { url: 'https://hooks.example.com/', hostname: 'hooks.example.com' }
  const reach = (found: unknown) => assertReachable(target, { ...PUBLIC, lookup: async () => found as string[] })

  test('may lead to public addresses', async () => {
    const lookup = vi.fn(async () => ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'])
    await assertReachable(target, { ...PUBLIC, lookup })
    expect(lookup.mock.calls).toEqual([['hooks.example.com']])
  })

  test.each<[string, unknown]>([
    ['one private address', ['10.0.0.1']],
    ['a private address among others', ['93.184.216.34', '10.0.0.1']],
    ['a private address before others', ['10.0.0.1', '93.184.216.34']],
    ['what is no address', ['hooks.example.com']],
    ['objects, as dns.lookup() finds them', [{ address: '93.184.216.34', family: 4 }]],
    ['a list in place of an address', [['93.184.216.34']]],
  ])('may not lead to %s', async (_, found) => {
    expect(await caught(() => reach(found))).toMatchObject({
      code: 'ORIGIN_REFUSED',
      message: 'the URL of a delivery must have a host whose addresses are all public',
    })
  })

  test.each<[string, unknown]>([
    ['nothing', []],
    ['no list', '93.184.216.34'],
    ['undefined', undefined],
  ])('that leads to %s has no address', async (_, found) => {
    const error = await caught(() => reach(found))
    expect(error).toMatchObject({ message: 'the host name has no address' })
    expect(error).not.toHaveProperty('code')
  })

  test('is not looked up where any address may be reached, nor where the URL holds the address', async () => {
    const lookup = vi.fn(async () => ['10.0.0.1'])
    await assertReachable(target, { addresses: 'any', lookup })
    await assertReachable({ ...target, hostname: undefined }, { ...PUBLIC, lookup })
    await assertReachable(target, PUBLIC)
    expect(lookup).not.toHaveBeenCalled()
  })
})
