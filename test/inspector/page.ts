import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { browserPath } from '../runtime/browser/chromium.js'

/** The page as it is built, opened from a file. */
export interface Opened {
  readonly page: Page
  /** Everything the page asked for, the file itself included. */
  readonly requests: string[]
  /** What the browser said: refused loads, faults. */
  readonly complaints: string[]
}

export interface Inspector {
  readonly url: string
  open(options?: BrowserContextOptions & { readonly fragment?: string }): Promise<Opened>
  close(): Promise<void>
}

export async function inspector(): Promise<Inspector> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-inspector-'))
  const file = join(folder, 'index.html')
  execFileSync(process.execPath, ['tools/build-inspector.mjs', file])
  const browser: Browser = await chromium.launch({
    executablePath: browserPath as string,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
  })
  const url = pathToFileURL(file).href
  return {
    url,
    open: async ({ fragment = '', ...options } = {}) => {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const requests: string[] = []
      const complaints: string[] = []
      // A blob is memory of the page itself: its worker begins with one.
      context.on('request', (request) => request.url().startsWith('blob:') || requests.push(request.url()))
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(url + fragment)
      return { page, requests, complaints }
    },
    close: async () => {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
