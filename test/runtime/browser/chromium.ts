import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { describe, test } from 'vitest'

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A browser of this machine: the one `CHROMIUM_PATH` names, or one where systems put it. */
export const browserPath: string | undefined = [process.env['CHROMIUM_PATH'] ?? USUAL].flat().find(existsSync)

/** A suite that needs a browser: reported as skipped, by name and with a warning, where there is none. */
export function describeBrowser(name: string, body: () => void): void {
  if (browserPath !== undefined) {
    describe(name, body)
    return
  }
  const why = 'SKIPPED: no Chromium found; install one or set CHROMIUM_PATH'
  console.warn(`!!! ${name} ${why}`)
  // A suite without a test would vanish from the counts.
  describe.skip(`${name} [${why}]`, () => test('these tests were not run', body))
}

/** A browser with a profile that outlives it. */
export interface Profile {
  start(): Promise<BrowserContext>
  remove(): Promise<void>
}

export async function profile(): Promise<Profile> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-browser-'))
  return {
    start: () =>
      chromium.launchPersistentContext(directory, {
        executablePath: browserPath as string,
        headless: true,
        args: [
          ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
          ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
          // A name that is not this machine to the browser: a page there is no secure context.
          '--host-resolver-rules=MAP insecure.test 127.0.0.1',
        ],
      }),
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  }
}
