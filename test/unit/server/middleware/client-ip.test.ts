import { describe, expect, it } from 'vitest'
import { ipRanges } from '../../../../src/access/cidr.js'
import { clientIp, tracedClientIp } from '../../../../src/server/middleware/client-ip.js'
import { cpuMs } from '../../../cpu-time.js'

const trustedProxies = ipRanges(['10.0.0.0/8', '2001:db8:ffff::/48'])
/** What one entry of the field may have at most, white space and all. */
const LONGEST = 64
const from = (peer: string | undefined, ...forwardedFor: string[]): string | undefined =>
  clientIp({ peer, forwardedFor, trustedProxies })

describe('clientIp', () => {
  it('is the connection where that is no proxy of ours, whatever the fields say', () => {
    expect(from('203.0.113.9')).toBe('203.0.113.9')
    expect(from('203.0.113.9', '6.6.6.6')).toBe('203.0.113.9')
    expect(from('::ffff:203.0.113.9', '6.6.6.6')).toBe('203.0.113.9')
    expect(from('2001:DB8::1', '6.6.6.6')).toBe('2001:db8::1')
    expect(clientIp({ peer: '127.0.0.1', forwardedFor: ['6.6.6.6'], trustedProxies: ipRanges([]) })).toBe('127.0.0.1')
  })

  it.each<[string[], string | undefined]>([
    [['203.0.113.9'], '203.0.113.9'],
    [['6.6.6.6, 203.0.113.9'], '203.0.113.9'],
    [['6.6.6.6,203.0.113.9,10.0.0.2'], '203.0.113.9'],
    [['6.6.6.6', '203.0.113.9', '10.0.0.2, 10.0.0.3'], '203.0.113.9'],
    [['203.0.113.9 , \t10.0.0.2'], '203.0.113.9'],
    [['garbage, 203.0.113.9'], '203.0.113.9'],
    [['2001:DB8:0::7'], '2001:db8::7'],
    [['203.0.113.9, ::ffff:10.0.0.2, 2001:db8:ffff::1'], '203.0.113.9'],
    // Only proxies: it came from the farthest of them.
    [[], '10.0.0.1'],
    [['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    // Nothing to the left of an unparsable address is trusted.
    [['203.0.113.9, unknown'], undefined],
    [['203.0.113.9, '], undefined],
    [['203.0.113.9,,10.0.0.2'], undefined],
    [[',203.0.113.9,'], undefined],
    [[',10.0.0.2'], undefined],
    [[''], undefined],
    [['203.0.113.9', ''], undefined],
    [['203.0.113.9:4711'], undefined],
    [[' \t 203.0.113.9 \t ,10.0.0.2'], '203.0.113.9'],
    [['203.0. 113.9'], undefined],
    [['203.0.113\t.9, 10.0.0.2'], undefined],
    [[','], undefined],
    [['[2001:db8::7]'], undefined],
    [['203.0.113.09'], undefined],
    [['\u00a0203.0.113.9'], undefined],
    [['"203.0.113.9"'], undefined],
    [['for=203.0.113.9'], undefined],
  ])('behind a proxy, %j is %s', (lines, expected) => {
    expect(from('10.0.0.1', ...lines)).toBe(expected)
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['a text, which can be asked what it includes', '10.0.0.0/8'],
    ['a list of ranges', ['10.0.0.0/8']],
    ['an object that is no set of ranges', {}],
  ])('takes no trusted proxies from %s', (_, wrong) => {
    expect(() => clientIp({ peer: '10.0.0.1', forwardedFor: [], trustedProxies: wrong as never })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('"trustedProxies"') }),
    )
  })

  it('says where it was found', () => {
    const source = (peer: string, ...forwardedFor: string[]) => tracedClientIp({ peer, forwardedFor, trustedProxies })
    expect(source('203.0.113.9', '6.6.6.6')).toEqual({ ip: '203.0.113.9', source: 'socket' })
    expect(source('10.0.0.1')).toEqual({ ip: '10.0.0.1', source: 'socket' })
    expect(source('10.0.0.1', '203.0.113.9')).toEqual({ ip: '203.0.113.9', source: 'xff:1' })
    expect(source('10.0.0.1', '203.0.113.9', '10.0.0.2')).toEqual({ ip: '203.0.113.9', source: 'xff:2' })
    expect(source('10.0.0.1', 'unknown, 10.0.0.2')).toEqual({ ip: undefined, source: 'xff:2' })
  })

  it.each([
    ['no facts', undefined, /clientIp needs options: \{ peer, forwardedFor, trustedProxies \}, got nothing/],
    ['another name for the lines', { peer: '10.0.0.1', xff: [] }, /unknown option "xff"; did you mean "forwardedFor"/],
    ['another name for the peer', { remoteAddress: '10.0.0.1' }, /unknown option "remoteAddress"; did you mean "peer"/],
    ['one line', { forwardedFor: '6.6.6.6', trustedProxies }, /"forwardedFor" must be a list of lines, got a string/],
    ['no lines', { peer: '10.0.0.1', trustedProxies }, /"forwardedFor" must be a list of lines, got nothing/],
    ['no proxies', { forwardedFor: [] }, /"trustedProxies" must be what ipRanges\(\) returns, got nothing/],
    ['proxies as text', { forwardedFor: [], trustedProxies: ['10.0.0.0/8'] }, /ipRanges\(\) returns, got an array/],
    ['another object', { forwardedFor: [], trustedProxies: {} }, /ipRanges\(\) returns, got an object/],
  ])('refuses by name %s', (_, facts, text) => {
    expect(() => clientIp(facts as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(text) }),
    )
  })

  it('has none where the connection has none', () => {
    expect(from(undefined, '203.0.113.9')).toBeUndefined()
    expect(from('fe80::1%eth0', '203.0.113.9')).toBeUndefined()
    expect(from('', '203.0.113.9')).toBeUndefined()
  })

  it('gives up on a chain longer than any real one, and looks at the right end only', () => {
    const hops = (count: number): string => Array(count).fill('10.0.0.2').join(', ')
    expect(from('10.0.0.1', `203.0.113.9, ${hops(60)}`)).toBe('203.0.113.9')
    expect(from('10.0.0.1', `203.0.113.9, ${hops(63)}`)).toBe('203.0.113.9')
    expect(from('10.0.0.1', `203.0.113.9, ${hops(64)}`)).toBeUndefined()
    const padded = (length: number): string => '203.0.113.9'.padStart(length)
    expect(from('10.0.0.1', padded(LONGEST))).toBe('203.0.113.9')
    expect(from('10.0.0.1', padded(LONGEST + 1))).toBeUndefined()
    const long = `${'6.6.6.6, '.repeat(1_000_000)}203.0.113.9`
    const endless = 'x'.repeat(10_000_000)
    const started = cpuMs()
    for (let i = 0; i < 100; i++) {
      expect(from('10.0.0.1', long)).toBe('203.0.113.9')
      expect(from('10.0.0.1', hops(10_000))).toBeUndefined()
    }
    expect(from('10.0.0.1', endless)).toBeUndefined()
    expect(cpuMs() - started).toBeLessThan(500)
  })
})
