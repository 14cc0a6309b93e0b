import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connect2 } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGate, type ProxyLogEntry, probe } from '../../src/proxy/index.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import type { AuditEvent } from '../../src/server/audit-event.js'
import { staticKeys } from '../../src/server/key-source.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier } from '../../src/server/verifier.js'
import { requestBytes } from '../attacks/wire.js'
import { ed, get, HOST, ORDER, order, sign } from '../attacks/world.js'
import { raw } from '../unit/proxy/world.js'
import { SERVICES, type Seen, type Service } from './services.js'
import { ALIASES, DOWNGRADES, FRAMINGS, HIDDEN, smuggled, TARGETS } from './smuggling.js'

const valuesOf = (one: Seen | undefined, name: string): readonly string[] =>
  (one?.fields ?? []).flatMap(([own, value]) => (own.toLowerCase() === name ? [value] : []))

const folder = mkdtempSync(join(tmpdir(), 'countersign-services-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What every try of a number is refused with, `MESSAGE_MALFORMED` by the parser; with a body and, where that differs, without one. */
const CODES: Readonly<Record<number, string | readonly [string, string]>> = {
  1: 'REPLAY',
  2: 'REPLAY',
  3: 'TIMESTAMP_EXPIRED',
  4: 'TIMESTAMP_FUTURE',
  5: 'TIMESTAMP_MALFORMED',
  6: 'TIMESTAMP_EXPIRED TIMESTAMP_MALFORMED',
  7: 'TIMESTAMP_FUTURE',
  8: 'SIGNATURE_INVALID',
  9: 'NONCE_MALFORMED',
  18: 'ALG_MISMATCH SIGNATURE_INVALID SIGNATURE_MALFORMED',
  19: 'ALG_UNSUPPORTED',
  20: 'ALG_MISMATCH',
  21: 'AUTH_MALFORMED KEY_UNKNOWN',
  22: 'KEY_UNKNOWN',
  24: 'ALG_MISMATCH SIGNATURE_INVALID',
  36: 'AUTH_MALFORMED AUTH_MISSING SIGNATURE_MALFORMED',
  37: 'SIGNATURE_MALFORMED',
  38: 'SIGNATURE_INVALID',
  39: 'REPLAY SIGNATURE_MALFORMED',
  49: ['AUTH_DUPLICATE SIGNATURE_INVALID', 'AUTH_DUPLICATE'],
  51: 'HOST_MISMATCH',
  52: 'MESSAGE_MALFORMED',
  56: 'AUTH_MALFORMED COMPONENT_MISSING',
  57: 'COMPONENT_MISSING',
  60: 'AUTH_MALFORMED AUTH_TOO_LARGE',
  65: 'SIGNATURE_INVALID TARGET_MALFORMED',
  66: 'SIGNATURE_INVALID TARGET_MALFORMED',
  67: 'MESSAGE_MALFORMED TARGET_MALFORMED',
  68: 'TARGET_MALFORMED',
  70: 'SIGNATURE_INVALID',
  71: 'SIGNATURE_INVALID',
  74: 'HOST_MISMATCH SIGNATURE_INVALID',
  75: 'MESSAGE_MALFORMED SIGNATURE_INVALID',
  76: 'SIGNATURE_INVALID',
  77: 'DIGEST_MISMATCH',
  78: 'AUTH_MALFORMED COMPONENT_MISSING DIGEST_MISMATCH DIGEST_MISSING SIGNATURE_INVALID',
  79: 'DIGEST_MISSING MESSAGE_MALFORMED',
  80: 'DIGEST_MISMATCH',
  82: 'MESSAGE_MALFORMED',
}
const codesOf = (number: number, withBody: boolean): string => {
  const codes = CODES[number] ?? ''
  return typeof codes === 'string' ? codes : (codes[withBody ? 0 : 1] as string)
}

describe.each(SERVICES)('the gate in front of %s', (_, is, begin) => {
  let service: Service
  let port = 0
  let close = async (): Promise<void> => {}
  const log: ProxyLogEntry[] = []
  const audit: AuditEvent[] = []

  beforeAll(async () => {
    if (!is) return
    service = await begin(folder)
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key: ed.verifyingKey, owner: 'carol', scopes: ['orders:write'] }]),
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      audit: (event) => void audit.push(event),
    })
    const gate = createGate({
      verifier,
      upstream: `http://127.0.0.1:${service.port}`,
      publicOrigin: `http://${HOST}`,
      graceMs: 0,
      log: (entry) => log.push(entry),
      onError: () => {},
    })
    port = (await gate.listen()).port
    close = () => gate.close()
  }, 120_000)
  afterAll(async () => {
    await close()
    service?.stop()
  })

  const how = () => ({ key: ed, nowMs: Date.now() })
  /** An honest request behind all others: what it has seen before this one is all there is. */
  const settled = async (): Promise<Service['seen']> => {
    const target = `/settled/${log.length}-${Math.random()}`
    expect(await raw(port, requestBytes(await sign(get(target), how())).toString('latin1'))).toMatch(/^HTTP\/1\.1 200 /)
    await expect.poll(() => service.seen.some((one) => one.target === target)).toBe(true)
    await expect.poll(() => log.some(({ path }) => path === target)).toBe(true)
    return service.seen.splice(0).filter((one) => one.target !== target)
  }

  test.skipIf(!is).each([
    ['with a body', '/v1/orders?a=1&b=2', ORDER],
    ['without one', '/v1/orders?symbol=BTCUSDT&side=buy%20it', undefined],
  ])('every attack of the catalogue is refused with its code in the log, %s', async (_how, target, body) => {
    log.length = audit.length = 0
    let read = 0
    const all: string[] = []
    const codes = new Map<number, Set<string>>()
    const { rows } = await probe(`http://${HOST}${target}`, {
      key: ed,
      connectTo: `127.0.0.1:${port}`,
      ...(body !== undefined && { body }),
      onRow: ({ number }) => {
        // The trail has its entry before the answer is sent, the log when it has ended. What the parser refuses is in the log alone.
        const events = audit.slice(read).map(({ code }) => code ?? 'ok')
        read = audit.length
        if (events.length === 0) events.push('MESSAGE_MALFORMED' as never)
        all.push(...events)
        const own = codes.get(number) ?? new Set()
        for (const code of events) if (code !== 'ok') own.add(code)
        codes.set(number, own)
      },
    })
    expect(rows.filter(({ outcome }) => outcome !== 'refused')).toEqual([])
    expect(rows.length).toBeGreaterThan(120)
    for (const [number, own] of codes)
      expect([number, [...own].sort().join(' ')]).toEqual([number, codesOf(number, body !== undefined)])
    const seen = await settled()
    // And the honest one at the end, and behind it; that at the beginning is before the first row.
    const accepted = all.filter((code) => code === 'ok').length
    expect(log.map(({ code }) => code ?? 'ok').sort()).toEqual([...all, 'ok', 'ok'].sort())
    // What the service has read are the honest requests, and no other: as many as were accepted, and each as it was signed.
    expect(seen.filter((one) => one.target !== target)).toEqual([])
    expect(seen).toHaveLength(accepted + 1)
    for (const one of seen) {
      expect([one.method, one.body]).toEqual(body === undefined ? ['GET', ''] : ['POST', body])
      expect(valuesOf(one, 'x-countersign-key')).toEqual(['ed-1'])
    }
  })

  test.skipIf(!is).each(FRAMINGS)(
    'framing over a raw socket brings no request to it that was not proven: %s',
    async (_name, framing, body) => {
      log.length = 0
      for (const bytes of await smuggled(framing, body, how())) await raw(port, bytes)
      expect(await settled()).toEqual([])
      expect(
        log
          .slice(0, -1)
          .map(({ status, code }) => [
            status,
            /^(?:MESSAGE_MALFORMED|BODY_UNREADABLE|DIGEST_MISSING)$/.test(code ?? ''),
          ]),
      ).toEqual([
        [400, true],
        [400, true],
      ])
    },
  )

  test.skipIf(!is)('a target of another form brings nothing to it', async () => {
    log.length = 0
    const signed = await sign(get('/v1/orders'), how())
    for (const target of TARGETS) await raw(port, requestBytes({ ...signed, target }).toString('latin1'))
    await raw(port, 'CONNECT internal:80 HTTP/1.1\r\nHost: internal:80\r\n\r\n')
    expect(await settled()).toEqual([])
    expect(log.slice(0, -1).map(({ code }) => code)).toEqual([
      ...['TARGET_MALFORMED', 'TARGET_MALFORMED', 'MESSAGE_MALFORMED', 'TARGET_MALFORMED', 'TARGET_MALFORMED'],
    ])
  })

  test.skipIf(!is)('a field under another spelling is none of the gate and no framing there', async () => {
    const bytes = requestBytes(await sign(order(), how()), [...ALIASES]).toString('latin1')
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1\.1 200 /)
    const [one, ...more] = await settled()
    expect(more).toEqual([])
    expect([one?.method, one?.body]).toEqual(['POST', ORDER])
    expect(['key', 'owner', 'scopes'].map((name) => valuesOf(one, `x-countersign-${name}`))).toEqual([
      ['ed-1'],
      ['carol'],
      ['orders:write'],
    ])
    expect(one?.fields.map(([name]) => name).filter((name) => /[_.]|^transfer/i.test(name))).toEqual([])
  })

  test.skipIf(!is).each(DOWNGRADES)('HTTP/2 is not written as another request: %s', async (_name, change) => {
    const session = connect2(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    const signed = await sign(order(), how())
    const fields = signed.fields.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), signed.fields[i + 1]]] : []))
    const head = {
      ...{ ':method': 'POST', ':path': signed.target, ':authority': HOST, ':scheme': 'http' },
      ...Object.fromEntries(fields),
    }
    const status = (headers: object, body: string): Promise<number> =>
      new Promise((resolve) => {
        try {
          const stream = session.request(headers as never, { endStream: false })
          stream.on('response', (found) => resolve(Number(found[':status'])))
          stream.on('error', () => resolve(0)).on('close', () => resolve(0))
          stream.resume().end(body)
        } catch {
          // The client of Node refuses to send it.
          resolve(0)
        }
      })
    expect(await status({ ...head, ...change(signed.target) }, `0\r\n\r\n${HIDDEN}`)).not.toBe(200)
    expect(await settled()).toEqual([])
    session.destroy()
  })
})
