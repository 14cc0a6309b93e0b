import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { describeBrowser } from '../../runtime/browser/chromium.js'
import { type ConsoleWorld, consoleWorld } from './world.js'

const MANY = 10_000

describeBrowser('the keys page with 10 000 keys of one owner', () => {
  let world: ConsoleWorld
  beforeAll(async () => {
    // Requests of all pages and of what scrolls by come from one person within seconds.
    world = await consoleWorld({
      store: memoryKeyStore(),
      portal: { rateLimit: { read: { take: () => ({ ok: true, retryAfterMs: 0 }) } } },
    })
    const all = Array.from({ length: MANY }, (_, at) => at)
    for (let at = 0; at < MANY; at += 250)
      await Promise.all(
        all.slice(at, at + 250).map((i) =>
          world.keyring.issue({
            owner: 'alice',
            name: `bot ${String(i).padStart(5, '0')}`,
            scopes: ['orders:read'],
            allowIp: ['203.0.113.7'],
            actor: 'alice',
          }),
        ),
      )
  }, 240_000)
  afterAll(() => world?.close(), 60_000)

  test('shows its first rows within a second on a CPU that is four times slower', async () => {
    const context = await world.browser.newContext({ locale: 'en-GB' })
    // The best of a few: the machine that runs the tests has other work, which only ever adds to the time.
    const times: number[] = []
    while (times.length < 10 && !(Math.min(...times) < 1_000)) {
      const page = await context.newPage()
      const session = await context.newCDPSession(page)
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
      await page.goto(`${world.origin}/keys/`)
      await page.locator('.body .row').first().waitFor()
      times.push(
        await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
      )
      await page.close()
    }
    console.log(`first contentful paint, CPU slowed four times: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`)
    expect(Math.min(...times)).toBeLessThan(1_000)
    await context.close()
  }, 120_000)

  test('the page scrolls through all of them without a long frame, with a few dozen rows in the document', async () => {
    const { page } = await world.open('/keys/', { viewport: { width: 1240, height: 800 } })
    await page.getByText('10,000 keys', { exact: true }).waitFor({ timeout: 60_000 })
    const seen = await page.evaluate(async () => {
      const rows = document.getElementById('keys')?.shadowRoot?.querySelector('.rows') as HTMLElement
      const frames: number[] = []
      let most = 0
      let last = performance.now()
      const step = rows.scrollHeight / 120
      for (let i = 0; i < 120; i++) {
        rows.scrollTop += step
        await new Promise(requestAnimationFrame)
        const now = performance.now()
        frames.push(now - last)
        last = now
        most = Math.max(most, rows.querySelectorAll('.body .row').length)
      }
      frames.sort((a, b) => a - b)
      return { median: frames[60] as number, p95: frames[114] as number, most, top: rows.scrollTop }
    })
    console.log(
      `120 jumps through ${MANY} rows: median frame ${seen.median.toFixed(1)} ms, 95 % ${seen.p95.toFixed(1)} ms, at most ${seen.most} rows`,
    )
    expect(seen.most).toBeLessThan(60)
    expect(seen.median).toBeLessThan(50)
    await page.getByText('bot 00', { exact: false }).first().waitFor()
    // Searching goes through all of them with every letter.
    const tookMs = await page.evaluate(async () => {
      const root = document.getElementById('keys')?.shadowRoot as ShadowRoot
      const field = root.querySelector('input[type="search"]') as HTMLInputElement
      const start = performance.now()
      field.value = '09999'
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      return performance.now() - start
    })
    console.log(`a search in ${MANY} keys: ${tookMs.toFixed(0)} ms until it is painted`)
    await page.getByText('1 of 10,000 keys').waitFor()
    await page.context().close()
  }, 120_000)
})
