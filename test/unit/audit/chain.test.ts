import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createChain } from '../../../src/audit/chain.js'
import { auditLine } from '../../../src/audit/event.js'
import { createAuditLog } from '../../../src/audit/log.js'
import { lineSink } from '../../../src/audit/memory.js'
import { type VerifyChainOptions, verifyAuditChain } from '../../../src/audit/verify.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { failEvent, okEvent } from './samples.js'

const key = new Uint8Array(32).fill(7)
const chainOf = (count: number, options = {}, instance = 'a'): string[] => {
  const chain = createChain(options)
  return Array.from({ length: count }, (_, i) =>
    auditLine(chain.link(okEvent({ path: `/${i}`, userAgent: 'é', instance }))),
  )
}
/** What is wrong, and on which line. */
const broken = async (lines: ReadonlyArray<string | AuditEvent>, options: VerifyChainOptions = {}) => {
  const { ok, broken: found } = await verifyAuditChain(lines, options)
  expect(ok).toBe(found === undefined)
  return found === undefined ? 'intact' : `${found.problem} ${found.line}`
}

describe('verifyAuditChain', () => {
  it('finds a chain intact as a log wrote it, closed and with its head', async () => {
    const lines: string[] = []
    const log = createAuditLog({
      sinks: [lineSink((line) => lines.push(line.trimEnd()))],
      chain: true,
      instance: 'api-1',
    })
    for (let i = 0; i < 5; i++) log.sink(i % 2 === 0 ? okEvent() : failEvent())
    await log.close()
    const report = await verifyAuditChain(lines, { expectedHead: log.head })
    expect(report).toMatchObject({ ok: true, lines: 7 })
    expect(report.chains).toEqual([
      { instance: 'api-1', chain: expect.any(String), firstSeq: 1, lastSeq: 7, head: log.head, closed: true },
    ])
    expect(lines.map((line) => JSON.parse(line).event).filter((name) => name.startsWith('audit.'))).toEqual([
      'audit.start',
      'audit.stop',
    ])
  })

  it('does not mind in which order a database gives the members back', async () => {
    const events = chainOf(4).map((line) => {
      const { data, ...event } = JSON.parse(line)
      return Object.fromEntries(Object.entries(event).reverse()) as unknown as AuditEvent
    })
    expect(await broken(events)).toBe('intact')
    expect(await broken(events.with(1, { ...(events[1] as AuditEvent), path: '/else' }))).toBe('altered 2')
  })

  it.each([{}, { key }])('finds every change of a byte, with %o', async (options) => {
    const lines = chainOf(3, options)
    const text = lines.join('\n')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('change', 'insert', 'delete'),
        async (at, flip, how) => {
          const bytes = Buffer.from(text, 'latin1')
          const byte =
            how === 'change' ? [(bytes[at] as number) ^ flip] : how === 'insert' ? [flip, bytes[at] as number] : []
          const changed = Buffer.concat([bytes.subarray(0, at), Buffer.from(byte), bytes.subarray(at + 1)])
          expect(changed.equals(bytes)).toBe(false)
          expect(await broken(changed.toString('utf8').split('\n'), options)).not.toBe('intact')
        },
      ),
      { numRuns: 1_500 },
    )
  })

  it('finds every change of one byte to any other character, one after the other', async () => {
    const text = chainOf(2)[1] as string
    const first = chainOf(1)
    expect(await broken(first)).toBe('intact')
    const lines = chainOf(2)
    for (let at = 0; at < text.length; at++) {
      const line = lines[1] as string
      for (const other of [' ', '0', 'A', '"', '}', '\\', '\n', '\u0000'])
        if (line[at] !== other) {
          const changed = line.slice(0, at) + other + line.slice(at + 1)
          expect(await broken([lines[0] as string, ...changed.split('\n')])).not.toBe('intact')
        }
    }
  })

  it('finds every line that was taken out, swapped, repeated or put in, and says where', async () => {
    const lines = chainOf(6)
    const head = JSON.parse(lines[5] as string).hash
    for (let i = 0; i < 6; i++) {
      const without = lines.toSpliced(i, 1)
      expect(await broken(without, { expectedHead: head })).toBe(
        i === 0 ? 'truncated start 1' : i === 5 ? 'cut tail 0' : `missing ${i + 1}`,
      )
      expect(await broken(lines.toSpliced(i, 0, lines[i] as string))).toBe(`reordered ${i + 2}`)
      expect(await broken(lines.toSpliced(i, 0, auditLine(okEvent())))).toBe(`foreign ${i + 1}`)
      expect(await broken(lines.toSpliced(i, 0, ''))).toBe(`altered ${i + 1}`)
      for (let j = i + 1; j < 6; j++) {
        const swapped = lines.with(i, lines[j] as string).with(j, lines[i] as string)
        expect(await broken(swapped)).toBe(i === 0 ? 'truncated start 1' : `reordered ${i + 1}`)
      }
    }
    expect(await broken(lines.slice(0, 4))).toBe('intact')
    expect(await broken(lines.slice(0, 4), { expectedHead: [head] })).toBe('cut tail 0')
    expect(await broken(lines.slice(2), { allowTruncatedStart: true })).toBe('intact')
  })

  it('covers members at every depth, whatever their names are', async () => {
    const data = { prev: 'a', hash: 'b', 2: 'c', 10: 'd', ['__proto__']: 'e', chain: 'f', deep: { list: [{ x: 1 }] } }
    const event = JSON.parse(JSON.stringify(createChain().link(okEvent({ data: data as never }))))
    expect(await broken([event])).toBe('intact')
    for (const change of [
      { prev: 'z' },
      { hash: 'z' },
      { 2: 'z' },
      { 10: 'z' },
      { deep: { list: [{ x: 2 }] } },
      { more: 1 },
    ])
      expect(await broken([{ ...event, data: { ...data, ...change } }])).toBe('altered 1')
  })

  it('finds a second spelling of the same event', async () => {
    const lines = chainOf(2)
    const line = lines[1] as string
    for (const other of [
      `${line} `,
      `${line}\r`,
      line.replace('"v":1', '"v":1.0'),
      line.replace('"v":1', '"v":2,"v":1'),
      line.replace('/1', '/\\u0031'),
    ]) {
      expect(other).not.toBe(line)
      expect(await broken([lines[0] as string, other])).toBe('altered 2')
    }
  })

  it('cannot be made anew without the key, and without a key only changes its head', async () => {
    const plain = chainOf(3)
    const forge = (lines: readonly string[]): string[] => {
      const chain = createChain()
      return lines.map((line) => {
        const { prev, hash, chain: _, seq, ...event } = JSON.parse(line)
        return auditLine(chain.link({ ...event, path: '/forged' }))
      })
    }
    const head = JSON.parse(plain[2] as string).hash
    expect(await broken(forge(plain))).toBe('intact')
    expect(await broken(forge(plain), { expectedHead: head })).toBe('cut tail 0')
    expect(await broken(forge(chainOf(3, { key })), { key })).toBe('altered 1')
    expect(await broken(chainOf(3, { key }))).toBe('altered 1')
    expect(await broken(chainOf(3, { key }), { key: new Uint8Array(32) })).toBe('altered 1')
    expect(await broken(chainOf(3, { key }), { key })).toBe('intact')
  })

  it('keeps the chains of several processes in one file apart', async () => {
    const [a, b] = [chainOf(3, {}, 'a'), chainOf(3, {}, 'b')] as [string[], string[]]
    const mixed = [a[0], b[0], b[1], a[1], a[2], b[2]] as string[]
    const report = await verifyAuditChain(mixed)
    expect(report.chains.map(({ instance, lastSeq, closed }) => [instance, lastSeq, closed])).toEqual([
      ['a', 3, false],
      ['b', 3, false],
    ])
    expect(await broken(mixed.toSpliced(3, 1))).toBe('missing 4')
  })

  it('notices a cut end by the anchor of the next chain', async () => {
    const old = chainOf(3)
    const anchor = JSON.parse(old[2] as string).hash as string
    const next = chainOf(2, { anchor })
    expect(await broken([...old, ...next])).toBe('intact')
    expect(await broken([...old.slice(0, 2), ...next])).toBe('missing 3')
    expect(await broken(next)).toBe('truncated start 1')
    expect(await broken(next, { allowTruncatedStart: true })).toBe('intact')
  })

  it('reads a stream, a line at a time', async () => {
    const lines = chainOf(50)
    async function* stream() {
      yield* lines
    }
    expect((await verifyAuditChain(stream())).lines).toBe(50)
    expect(await verifyAuditChain([])).toEqual({ ok: true, lines: 0, chains: [] })
  })
})
