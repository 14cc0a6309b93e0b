import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIp, isV4, parseIp } from '../../../src/access/ip-address.js'
import { cpuMs } from '../../cpu-time.js'

const canonical = (text: string): string | undefined => {
  const address = parseIp(text)
  return address && formatIp(address)
}

describe('parseIp', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    // IPv4-mapped is IPv4, however it is written.
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:102:304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    // IPv4-compatible and NAT64 are not.
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
    // Nor is an address of IPv6 that only ends like a mapped one.
    ['1::ffff:1.2.3.4', '1::ffff:102:304'],
    ['0:0:1::ffff:1.2.3.4', '::1:0:0:ffff:102:304'],
    // As long as an address may be.
    ['0000:0000:0000:0000:0000:ffff:255.255.255.255', '255.255.255.255'],
  ])('reads %s as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  it.each([
    ...[
      '',
      ' ',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.4.',
      '1.2.3.',
      '::ffff:1.2.3.',
      '.1.2.3.4',
      '1..2.3',
      '256.1.1.1',
      '1.2.3.999',
      '1.2.3.-4',
      '+1.2.3.4',
    ],
    // Eight groups at most, and a dotted quad is two of them.
    ...['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:1.2.3.4', '1:2:3:4:5:6:7:8:1.2.3.4', '::1:2:3:4:5:6:7:1.2.3.4'],
    ...['1:2:3:4:5:6:7:8::', '1:2:3:4:5:6::1.2.3.4', '2001:db8::\xe9', '\u0131::1', '1:2:3:4:5:6:7:%'],
    ...['010.1.2.3', '1.2.3.04', '00.0.0.0', '0x7f.0.0.1', '0x7f000001', '2130706433', '127.1', '10', '1e1.2.3.4'],
    ...['1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4:80', '\uff11.2.3.4', '1.2.3.4%eth0', '1,2.3.4', '127.0.0.1/8'],
    ...[
      ':',
      ':::',
      '1:',
      ':1',
      '1::2::3',
      '::1::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
    ],
    ...[
      '12345::',
      'g::',
      '::-1',
      'fe80::1%eth0',
      'fe80::1%25eth0',
      '[::1]',
      '[::1]:80',
      '::1/128',
      ' ::1',
      '::1 ',
      '0x1::',
    ],
    ...[
      '::1.2.3',
      '::1.2.3.256',
      '::01.2.3.4',
      '1.2.3.4::',
      '::1.2.3.4:5',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::ffff:1.2.3.4.5',
      '::.1.2.3.4',
    ],
    ...['localhost', 'unknown', '_hidden', 'null', '1:2:3:4:5:6:7:8'.repeat(10)],
  ])('the text %j is refused', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })

  it('refuses what is no text', () => {
    for (const value of [undefined, null, 0, 2130706433, {}, ['1.2.3.4']]) expect(parseIp(value)).toBeUndefined()
  })

  it('takes only what the platform takes as well, and reads back what it writes', () => {
    const anything = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdefF.:%/x '.split('')), maxLength: 24 }),
      fc
        .tuple(fc.ipV6(), fc.nat({ max: 40 }), fc.constantFrom(':', '.', '0', ''))
        .map(([ip, at, part]) => ip.slice(0, at) + part + ip.slice(at)),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const address = parseIp(text)
        // The platform lets zone ids through.
        expect(address !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'))
        if (address === undefined) return
        const written = formatIp(address)
        expect(parseIp(written)).toEqual(address)
        expect(isIP(written)).toBe(isV4(address) ? 4 : 6)
        if (!isV4(address) && isIP(text) === 6 && !/\d+\.\d+/.test(text)) {
          expect(written).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1))
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('takes no longer for a long text', () => {
    const text = `${'1'.repeat(1_000_000)}`
    const started = cpuMs()
    for (let i = 0; i < 1_000; i++) parseIp(text)
    expect(cpuMs() - started).toBeLessThan(100)
  })
})
