import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressCounts, ipRanges } from '../../../src/access/cidr.js'
import { type IpAddress, parseIp } from '../../../src/access/ip-address.js'

const has = (list: readonly string[], text: string, options = {}): boolean =>
  ipRanges(list, options).includes(parseIp(text) as IpAddress)

describe('ipRanges', () => {
  it.each([
    [['10.0.0.0/8'], '10.255.0.1', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['10.0.0.0/8'], '::10.1.2.3', false],
    [['10.0.0.0/8'], '64:ff9b::10.1.2.3', false],
    [['192.0.2.7'], '192.0.2.7', true],
    [['192.0.2.7'], '192.0.2.6', false],
    [['192.0.2.6/31'], '192.0.2.7', true],
    [['192.0.2.6/31'], '192.0.2.8', false],
    [['128.0.0.0/1'], '255.0.0.1', true],
    [['128.0.0.0/1'], '127.0.0.1', false],
    [['::ffff:10.0.0.0/104'], '10.1.2.3', true],
    [['::ffff:a00:0/104'], '10.1.2.3', true],
    [['::ffff:192.0.2.7'], '192.0.2.7', true],
    [['2001:db8::/32'], '2001:db8:ffff::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['2001:db8::/33'], '2001:db8:7fff::1', true],
    [['2001:db8::/33'], '2001:db8:8000::1', false],
    [['2001:db8::1'], '2001:DB8:0:0:0:0:0:1', true],
    [['2001:db8::1/128'], '2001:db8::2', false],
    [['8000::/1'], 'ffff::', true],
    [['8000::/1'], '7fff::', false],
    [['8000::/1'], '10.0.0.1', false],
    [['::1/128'], '::1', true],
    [['::1/128'], '0.0.0.1', false],
    [['192.0.2.0/24', '2001:db8::/32', '198.51.100.1'], '198.51.100.1', true],
    [[], '192.0.2.1', false],
  ])('%j holds %s: %s', (list, address, expected) => {
    expect(has(list, address)).toBe(expected)
  })

  it.each([
    ...[
      '',
      '10',
      '10/8',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/',
      '10.0.0.0/08',
      '10.0.0.0/+8',
      '10.0.0.0/8 ',
      ' 10.0.0.0/8',
    ],
    ...[
      '10.0.0.0/8/8',
      '10.0.0.0/255.0.0.0',
      '10.0.0.0/1e1',
      '010.0.0.0/8',
      '10.0.0.*',
      '*',
      'localhost',
      '10.0.0.1-10.0.0.5',
    ],
    ...['2001:db8::/129', 'fe80::1%eth0', 'fe80::%eth0/10', '::ffff:10.0.0.0/8', '::ffff:0:0/95'],
    // Around all of IPv4.
    ...['::/1', '::/8', '::/64', '::/80', '::fffe:0:0/95'],
    // Bits behind the prefix.
    ...['10.0.0.1/8', '192.0.2.7/31', '2001:db8::1/32', '2001:db8::1/127', '::ffff:10.0.0.1/104', '128.0.0.1/1'],
    // Everything.
    ...['0.0.0.0/0', '::/0', '::ffff:0.0.0.0/96'],
  ])('refuses %j when it is set up', (text) => {
    expect(() => ipRanges([text])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('finds an address among neighbours that differ in any one of its words', () => {
    const word = (value: number): string => `${value}:${value}`
    const grid = (values: readonly number[]): string[] =>
      values.flatMap((a) =>
        values.flatMap((b) => values.flatMap((c) => values.map((d) => `${word(a)}:${word(b)}:${word(c)}:${word(d)}`))),
      )
    const ranges = ipRanges(grid([1, 3, 5]))
    const held = grid([0, 1, 2, 3, 4, 5, 6]).filter((text) => ranges.includes(parseIp(text) as IpAddress))
    expect(held.sort()).toEqual(grid([1, 3, 5]).sort())
  })

  it('shows what came, and at most 64 characters of it', () => {
    expect(() => ipRanges([`10.0.0.0/8${'x'.repeat(100)}`])).toThrow(/got "10\.0\.0\.0\/8x{54}"$/)
    expect(() => ipRanges([10 as never])).toThrow(/got a number$/)
  })

  it('takes a range of everything where that is said', () => {
    expect(has(['0.0.0.0/0'], '1.2.3.4', { allowZeroPrefix: true })).toBe(true)
    expect(has(['0.0.0.0/0'], '::1', { allowZeroPrefix: true })).toBe(false)
    expect(has(['::/0'], 'ffff::', { allowZeroPrefix: true })).toBe(true)
    // What denies everything denies IPv4 as well.
    expect(has(['::/0'], '10.0.0.1', { allowZeroPrefix: true })).toBe(true)
  })

  it('refuses lists that are none or too long', () => {
    for (const list of [
      '10.0.0.0/8',
      true,
      null,
      { 0: '10.0.0.0/8' },
      [10],
      [10n],
      [Symbol('10')],
      [null],
      Array(257).fill('10.0.0.0/8'),
    ]) {
      expect(() => ipRanges(list as string[])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
  })

  it('agrees with the platform on random ranges and addresses', () => {
    const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
    const near = fc.nat({ max: 0xffff_ffff })
    const dotted = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.')
    fc.assert(
      fc.property(v4, near, ([ip, prefix], noise) => {
        const word = (parseIp(ip) as IpAddress)[3] as number
        const mask = prefix === 32 ? 0xffff_ffff : ~(0xffff_ffff >>> prefix)
        const base = dotted((word & mask) >>> 0)
        const probe = dotted(((word & mask) ^ (noise >>> Math.max(0, prefix - 2))) >>> 0)
        const platform = new BlockList()
        platform.addSubnet(base, prefix)
        expect(has([`${base}/${prefix}`], probe)).toBe(platform.check(probe))
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with each range for itself, however many there are and however they nest', () => {
    // Few different bits, so that ranges nest, touch and repeat.
    const four = fc.tuple(fc.constantFrom(10, 11, 128, 255), fc.nat({ max: 3 }), fc.constantFrom(0, 1, 128, 255))
    const v4 = four.map(([a, b, d]) => `${a}.${b}.0.${d}`)
    const groups = fc.array(fc.constantFrom('0', '1', '8000', 'ffff'), { minLength: 8, maxLength: 8 })
    const address = fc.oneof(
      v4,
      groups.map((all) => all.join(':')),
    )
    const range = fc
      .tuple(address, fc.constantFrom(1, 8, 15, 16, 24, 31, 32, 33, 64, 97, 112, 127, 128))
      .map(([text, bits]) => {
        const words = parseIp(text) as IpAddress
        const wide = text.includes(':')
        const most = wide ? 128 : 32
        const prefix = Math.min(bits, most) + 128 - most
        const base = words.map((word, i) => {
          const kept = Math.max(0, Math.min(32, prefix - 32 * i))
          return kept === 0 ? 0 : (word & (0xffff_ffff << (32 - kept))) >>> 0
        })
        const hex = Array.from({ length: 8 }, (_, i) =>
          (((base[i >> 1] as number) >>> (i % 2 === 0 ? 16 : 0)) & 0xffff).toString(16),
        )
        return `${hex.join(':')}/${prefix}`
      })
    const usable = range.filter((text) => {
      try {
        ipRanges([text])
        return true
      } catch {
        // Around IPv4, which is refused.
        return false
      }
    })
    let [inside, outside] = [0, 0]
    fc.assert(
      fc.property(
        fc.array(usable, { maxLength: 40 }),
        fc.array(address, { minLength: 5, maxLength: 10 }),
        (list, probes) => {
          const together = ipRanges(list)
          for (const probe of probes) {
            const words = parseIp(probe) as IpAddress
            const expected = list.some((text) => ipRanges([text]).includes(words))
            expect(together.includes(words), `${probe} in ${list}`).toBe(expected)
            if (expected) inside++
            else outside++
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(Math.min(inside, outside)).toBeGreaterThan(300)
  })
})

describe('addressCounts', () => {
  it.each([
    [[], 0, 0],
    [['192.0.2.7'], 1, 0],
    [['192.0.2.0/24', '198.51.100.0/31'], 258, 0],
    [['2001:db8::1', '2001:db8:1::/112'], 0, 65_537],
    [['192.0.2.0/24', '2001:db8::1'], 256, 1],
    // Each once, however often it is named.
    [['192.0.2.0/24', '192.0.2.7', '192.0.2.0/24', '::ffff:192.0.2.8'], 256, 0],
    [['0.0.0.0/0'], 2 ** 32, 0],
    [['::/0'], 2 ** 32, 2 ** 128],
    [['::/0', '192.0.2.7', '2001:db8::1'], 2 ** 32, 2 ** 128],
  ])('%j holds %d addresses of IPv4 and %d of IPv6', (list, four, six) => {
    expect(addressCounts(list)).toEqual({ four, six })
  })

  it('names the range that is none', () => {
    expect(() => addressCounts(['192.0.2.7', '192.0.2.300'])).toThrow('"list[1]" must be an IPv4 or IPv6 address')
  })
})
