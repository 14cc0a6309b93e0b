// The pictures of docs/inspector.md, taken of the built page: node tools/inspector-pictures.mjs [folder]
import { existsSync, mkdirSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { ROOT } from './lib/package-map.mjs'

const folder = process.argv[2] ?? `${ROOT}docs/inspector`
const url = pathToFileURL(`${ROOT}dist/inspector/index.html`).href
const executablePath =
  process.env['CHROMIUM_PATH'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** @typedef {import('playwright-core').Page} Page */
const SPACES = 'a body with other spaces'
const example = async (/** @type {Page} */ page, /** @type {string} */ name) => {
  await page.getByRole('button', { name }).click()
  await page.locator('.verdict').waitFor()
}
const WIDE = { width: 1040, height: 640 }

/** @type {ReadonlyArray<readonly [name: string, options: object, show: (page: Page) => Promise<import('playwright-core').Locator | undefined>]>} */
const PICTURES = [
  ['light', { viewport: WIDE }, (page) => example(page, SPACES).then(() => undefined)],
  [
    'dark',
    { viewport: WIDE, colorScheme: 'dark' },
    (page) => example(page, 'a host that a proxy changed').then(() => undefined),
  ],
  [
    'phone',
    { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true },
    async (page) => {
      await example(page, SPACES)
      await page.locator('.verdict').scrollIntoViewIfNeeded()
      await page.locator('.verdict').evaluate((element) => element.scrollIntoView({ block: 'start' }))
      return undefined
    },
  ],
  [
    'finding',
    { viewport: WIDE },
    async (page) => {
      await example(page, 'a host that a proxy changed')
      return page.locator('section', { has: page.getByRole('heading', { name: 'Findings' }) }).first()
    },
  ],
  [
    'diff',
    { viewport: WIDE },
    async (page) => {
      await example(page, SPACES)
      return page.locator('section', { has: page.getByRole('heading', { name: /^String to sign/ }) }).first()
    },
  ],
  [
    'sign',
    { viewport: WIDE },
    async (page) => {
      await page.getByRole('button', { name: 'Sign a request' }).click()
      await page.getByLabel('Content').selectOption('fields')
      await page.getByLabel('Fields', { exact: true }).fill('symbol=BTCUSDT\nqty:=0.5\nside=buy')
      await page.getByLabel('Time').fill('1795924800')
      await page.getByLabel('Nonce').fill('4f2c9a61d7b84e03')
      await page.getByLabel('Secret or private key').fill('an example secret of 32 characters')
      await page.getByRole('heading', { name: 'curl' }).waitFor()
      await page.evaluate(() => scrollTo(0, 0))
      return undefined
    },
  ],
]

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  ...(executablePath !== undefined && { executablePath }),
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
})
for (const [name, options, show] of PICTURES) {
  const page = await browser.newPage(options)
  await page.goto(url)
  const part = await show(page)
  // Small enough to be part of the package, whose pages show them.
  const shot = /** @type {const} */ ({ path: `${folder}/${name}.jpg`, type: 'jpeg', quality: 60 })
  await (part === undefined ? page.screenshot(shot) : part.screenshot(shot))
  await page.close()
}
await browser.close()
