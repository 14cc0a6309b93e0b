import { describe, expect, it } from 'vitest'
import { assertIpRules, ipProblem } from '../../../src/access/ip-rules.js'
import type { KeyRecord } from '../../../src/access/key-record.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { cpuMs } from '../../cpu-time.js'

const key = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const record = (rules: Partial<KeyRecord>): KeyRecord => ({ key, ...rules })
const all = { allowZeroPrefix: true }

describe('the rules of a record', () => {
  it('are read again where its lists are others', () => {
    const changing = { key, allowIp: ['192.0.2.0/24'], denyIp: ['192.0.2.7'] }
    expect(ipProblem(changing, '192.0.2.8')).toBeUndefined()
    changing.denyIp = ['192.0.2.8']
    expect(ipProblem(changing, '192.0.2.8')).toBe('IP_DENIED')
    expect(ipProblem(changing, '192.0.2.7')).toBeUndefined()
    changing.allowIp = ['198.51.100.0/24']
    expect(ipProblem(changing, '192.0.2.7')).toBe('IP_DENIED')
    expect(ipProblem(changing, '198.51.100.1')).toBeUndefined()
  })
})

describe('ipProblem', () => {
  it.each<[Partial<KeyRecord>, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{}, '192.0.2.1', undefined],
    [{ allowIp: [], denyIp: [] }, undefined, undefined],
    [{ allowIp: ['192.0.2.0/24'] }, '192.0.2.1', undefined],
    [{ allowIp: ['192.0.2.0/24'] }, '::ffff:192.0.2.1', undefined],
    [{ allowIp: ['192.0.2.0/24'] }, '198.51.100.1', 'IP_DENIED'],
    [{ allowIp: ['192.0.2.0/24'] }, '::192.0.2.1', 'IP_DENIED'],
    [{ allowIp: ['192.0.2.0/24'] }, undefined, 'IP_UNDETERMINED'],
    [{ denyIp: ['192.0.2.0/24'] }, undefined, 'IP_UNDETERMINED'],
    [{ denyIp: ['192.0.2.0/24'] }, 'unknown', 'IP_UNDETERMINED'],
    [{ denyIp: ['192.0.2.0/24'] }, '0300.0.2.1', 'IP_UNDETERMINED'],
    [{ denyIp: ['192.0.2.0/24'] }, '192.0.2.1', 'IP_DENIED'],
    // CVE-2026-39409 and CVE-2026-47674 in another project: a mapped or long form skipped the deny rule.
    [{ denyIp: ['192.0.2.0/24'] }, '::ffff:c000:201', 'IP_DENIED'],
    [{ denyIp: ['2001:db8::/32'] }, '2001:0DB8:0000:0000:0000:0000:0000:0001', 'IP_DENIED'],
    [{ denyIp: ['192.0.2.0/24'] }, '198.51.100.1', undefined],
    [{ allowIp: ['192.0.2.0/24'], denyIp: ['192.0.2.7'] }, '192.0.2.7', 'IP_DENIED'],
    [{ allowIp: ['192.0.2.7'], denyIp: ['192.0.2.0/24'] }, '192.0.2.7', 'IP_DENIED'],
    [{ ...all, allowIp: ['0.0.0.0/0'], denyIp: ['192.0.2.7'] }, '198.51.100.1', undefined],
    [{ ...all, allowIp: ['192.0.2.7'], denyIp: ['0.0.0.0/0'] }, '192.0.2.7', 'IP_DENIED'],
  ])('the rules %j judge the address %s: %s', (rules, from, expected) => {
    expect(ipProblem(record(rules), from)).toBe(expected)
  })

  it('fails closed on a record whose rules cannot be read', () => {
    const broken: Array<Partial<KeyRecord>> = [
      { allowIp: ['10.0.0.1/8'] },
      { denyIp: ['everyone'] },
      { allowIp: ['0.0.0.0/0'] },
      { allowIp: '10.0.0.0/8' as unknown as string[] },
      { denyIp: [null] as unknown as string[] },
    ]
    for (const rules of broken) {
      expect(() => ipProblem(record(rules), '10.0.0.1'), JSON.stringify(rules)).toThrow(
        expect.objectContaining({ code: 'KEY_SOURCE_FAILED' }),
      )
      expect(() => assertIpRules(record(rules))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
      expect(() => staticKeys([record(rules)])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
  })

  it('compiles a record once, and again when its lists are exchanged', () => {
    const one = { key, allowIp: ['192.0.2.0/24'] }
    expect(ipProblem(one, '192.0.2.1')).toBeUndefined()
    one.allowIp = ['198.51.100.0/24']
    expect(ipProblem(one, '192.0.2.1')).toBe('IP_DENIED')
    const list = Array.from({ length: 256 }, (_, i) => `10.0.${i}.0/24`)
    const many = record({ denyIp: list })
    ipProblem(many, '192.0.2.1')
    const started = cpuMs()
    for (let i = 0; i < 10_000; i++) ipProblem(many, '192.0.2.1')
    // Parsing 256 rules takes a hundred times as long as looking through them.
    expect(cpuMs() - started).toBeLessThan(500)
  })
})
