import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { incident } from '../../../src/audit/incident.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { describeBrowser } from '../../runtime/browser/chromium.js'
import { type ConsoleWorld, consoleWorld, faults } from './world.js'

const HOUR = 3_600_000

/** What Poppler makes of a PDF, where it is installed: its text and pictures are compressed. */
function poppler(command: string, args: readonly string[]): Buffer | undefined {
  try {
    return execFileSync(command, args, { maxBuffer: 64 * 1_048_576 })
  } catch {
    console.warn(`!!! what is on the printed pages SKIPPED: no ${command}`)
    return undefined
  }
}

/** How often colours are on the first page: three bytes for each point, behind a header of three lines (PPM, P6). */
function pointsOf(picture: Buffer, colours: readonly string[]): readonly number[] {
  const pixels = picture.subarray(15).toString('hex')
  return colours.map((colour) => pixels.match(new RegExp(colour, 'g'))?.length ?? 0)
}

/** Three weeks of a key: a program of its owner's, one night of a thief, and clients that only name it. */
function* used(keyId: string, sinceMs: number): Generator<AuditEvent> {
  const event = (at: number, more: object): AuditEvent =>
    ({ v: 1, time: new Date(sinceMs + at).toISOString(), keyId, method: 'GET', seq: 0, ...more }) as AuditEvent
  yield event(0, { event: 'key.issue', actor: 'alice', outcome: undefined })
  for (let hour = 1; hour < 21 * 24; hour++) {
    const ok = { event: 'auth.ok', outcome: 'ok', clientIp: '203.0.113.7', userAgent: 'price-bot/3.1 (Frankfurt)' }
    if (hour % 3 === 0)
      for (let i = 0; i < 4 + (hour % 7); i++) yield event(hour * HOUR + i, { ...ok, path: '/v1/orders' })
    if (hour > 300 && hour < 308)
      for (const [path, ip] of [
        ['/v1/balance', '198.51.100.23'],
        ['/v1/withdrawals', '2001:db8:77:1::5'],
        ['/v1/account/members/invitations/of/a/very/long/route/name', '198.51.100.24'],
      ] as const)
        yield event(hour * HOUR, { ...ok, clientIp: ip, userAgent: 'python-requests/2.32', method: 'POST', path })
    if (hour > 310 && hour % 20 === 0)
      yield event(hour * HOUR, {
        event: 'auth.refused',
        outcome: 'refused',
        code: 'IP_NOT_ALLOWED',
        proven: true,
        clientIp: '192.0.2.9',
        path: '/v1/orders',
      })
    if (hour % 30 === 0)
      yield event(hour * HOUR, {
        event: 'auth.refused',
        outcome: 'refused',
        code: 'SIGNATURE_INVALID',
        clientIp: `192.0.2.${hour % 250}`,
        path: '/v1/orders',
      })
  }
  yield event(21 * 24 * HOUR, {
    event: 'key.revoke',
    actor: 'alice',
    reason: 'in a public repository',
    outcome: undefined,
  })
}

describeBrowser('the report on paper', () => {
  let world: ConsoleWorld
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-print-'))
    const start = Date.now() - 22 * 24 * HOUR
    world = await consoleWorld({
      portal: { audit: { incident: (keyId) => incident([...used(keyId, start)], keyId, start) } },
    })
  }, 120_000)
  afterAll(async () => {
    await world?.close()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  test.each(['light', 'dark'] as const)(
    'has the numbers, the chart and the steps on few pages: %s',
    async (colorScheme) => {
      const { key } = await world.keyring.issue({ owner: 'alice', name: 'price bot, Frankfurt', actor: 'alice' })
      const { page, complaints } = await world.open(`/keys/#incident/${key.id}`, { colorScheme })
      await page.getByRole('heading', { name: 'What to do next' }).waitFor()
      expect(await faults(page)).toEqual([])
      const path = process.env['PRINTED'] ?? join(folder, `${colorScheme}.pdf`)
      await page.pdf({
        path,
        format: 'A4',
        printBackground: false,
        margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' },
      })
      const pages = readFileSync(path, 'latin1').match(/\/Type\s*\/Page\b/g)?.length
      // Four with the fonts of one machine.
      expect([3, 4, 5]).toContain(pages)
      const text = poppler('pdftotext', ['-layout', path, '-'])?.toString()
      if (text !== undefined) {
        for (const part of [
          key.id,
          'as of',
          '1,193',
          'What to do next',
          'Report it to the authorities',
          '198.51.100.23',
        ])
          expect(text).toContain(part)
        for (const part of ['/v1/withdrawals', 'Only claimed: the key was named', 'in a public repository'])
          expect(text).toContain(part)
        // What is for a screen is not on paper.
        expect(text).not.toMatch(/Print or save|Export JSON|As a table|The key$/m)
      }
      // The chart: accepted, refused and claimed, in the colours of the light theme whatever the screen has.
      const first = poppler('pdftoppm', ['-r', '60', '-f', '1', '-l', '1', path])
      if (first !== undefined)
        for (const points of pointsOf(first, ['3f9b78', 'd2493f', 'c9a13b'])) expect(points).toBeGreaterThan(100)
      expect(complaints).toEqual([])
      await page.context().close()
    },
  )
})
