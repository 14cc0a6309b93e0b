import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../../runtime/browser/chromium.js'
import { type ConsoleWorld, consoleWorld, faults, type PageFiles } from './world.js'

const SCRIPT = 'text/javascript; charset=utf-8'
const HTML = `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>A site</title><script type="module" src="/site/app.js"></script></head><body><header><h1>A site</h1></header><main><div id="here"></div></main></body></html>`
const APP = `import { defineKeysElement, mountKeys } from './keys-page.js'
import { keysComponent } from './react.js'
defineKeysElement()
defineKeysElement()
const element = document.createElement('countersign-keys')
element.setAttribute('portal', '/keys')
element.setAttribute('language', 'ja')
document.querySelector('main').append(element)
globalThis.mountKeys = mountKeys
globalThis.keysComponent = keysComponent`

/** The entry points as they are built: small modules, and the bundle of the page beside them. */
async function site(): Promise<PageFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-site-'))
  execFileSync(process.execPath, ['tools/build-console.mjs', folder])
  const modules = readdirSync(folder).map((name) => [
    `/site/page/${name}`,
    [SCRIPT, readFileSync(join(folder, name), 'utf8')],
  ])
  rmSync(folder, { recursive: true, force: true })
  const { outputFiles } = await build({
    entryPoints: ['src/console/keys-page.ts', 'src/console/react.ts'],
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    outdir: '/site',
    external: ['./page/keys.js'],
  })
  return Object.fromEntries([
    ['/site/', ['text/html; charset=utf-8', HTML]],
    ['/site/app.js', [SCRIPT, APP]],
    ...outputFiles.map(({ path, text }) => [path, [SCRIPT, text]]),
    ...modules,
  ])
}

describeBrowser('the keys page in a site', () => {
  let world: ConsoleWorld
  beforeAll(async () => {
    world = await consoleWorld({ pages: await site() })
  }, 120_000)
  afterAll(() => world?.close(), 30_000)

  test('is an element, under a policy without inline script, inline style or markup from text', async () => {
    const { page, complaints } = await world.open('/site/')
    await page.getByRole('heading', { name: 'APIキーはまだありません' }).waitFor()
    expect(await faults(page)).toEqual([])
    // Taken away with the element, and there again with it.
    const left = await page.evaluate(async () => {
      const element = document.querySelector('countersign-keys') as HTMLElement
      element.remove()
      await new Promise((resolve) => setTimeout(resolve, 50))
      const count = element.shadowRoot?.childElementCount
      document.querySelector('main')?.append(element)
      return count
    })
    expect(left).toBe(0)
    await page.getByRole('heading', { name: 'APIキーはまだありません' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  }, 60_000)

  test('is mounted by a function, with texts of the site, and by a component of React', async () => {
    const { page } = await world.open('/site/')
    await page.evaluate(() => {
      const { mountKeys, keysComponent } = globalThis as unknown as {
        mountKeys: (element: Element, options: object) => Promise<object>
        keysComponent: (react: object) => (options: object) => HTMLElement
      }
      document.querySelector('countersign-keys')?.remove()
      // What a component is to React, as far as this one goes.
      const effects: (() => () => void)[] = []
      const react = {
        useRef: () => ({ current: null }),
        useEffect: (effect: () => () => void) => effects.push(effect),
        createElement: (_type: string, { ref }: { ref: { current: Element | null } }) => {
          ref.current = document.createElement('div')
          return ref.current
        },
      }
      document.body.append(keysComponent(react)({ portal: '/keys', language: 'de' }))
      for (const effect of effects) effect()
      return mountKeys(document.getElementById('here') as Element, {
        portal: '/keys',
        language: 'en',
        theme: 'dark',
        texts: { emptyTitle: 'No tokens here' },
      })
    })
    await page.getByRole('heading', { name: 'No tokens here' }).waitFor()
    await page.getByRole('heading', { name: 'Noch keine API-Schlüssel' }).waitFor()
    await page.context().close()
  }, 60_000)
})
