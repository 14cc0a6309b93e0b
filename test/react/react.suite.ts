import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keysComponent, type ReactLike } from '../../src/console/react.js'
import { type ConsoleWorld, consoleWorld, faults, type PageFiles } from '../console/page/world.js'
import { describeBrowser } from '../runtime/browser/chromium.js'

const SCRIPT = 'text/javascript; charset=utf-8'
const requireHere = createRequire(import.meta.url)
const folderOf = (name: string): string => join(import.meta.dirname, 'node_modules', name)

/** What a site has: a page that its server rendered, and a program that takes it over. */
const app = `import * as React from 'react'
import { hydrateRoot } from 'react-dom/client'
import { keysComponent } from './src/console/react.js'

const Keys = keysComponent(React)
const { createElement, StrictMode, useState } = React
function Site() {
  const [language, setLanguage] = useState('de')
  const [isShown, setShown] = useState(true)
  return createElement('section', null,
    createElement('button', { onClick: () => setLanguage('ja') }, 'in Japanese'),
    createElement('button', { onClick: () => setShown((before) => !before) }, 'show or hide'),
    isShown ? createElement(Keys, { portal: '/keys', language }) : null)
}
globalThis.version = React.version
// In strict mode every effect runs, is taken back and runs again.
hydrateRoot(document.getElementById('root'), createElement(StrictMode, null, createElement(Site)))`

const BUTTONS = '<button>in Japanese</button><button>show or hide</button>'

/** Renders the component as a server does: there is no document, and nothing of the page may be loaded. */
function rendered(version: string): string {
  const react = requireHere(`react-${version}`) as ReactLike<object> & { createElement: (...all: unknown[]) => object }
  // react-dom asks for "react" by that name.
  const { Module } = requireHere('node:module') as { Module: { _resolveFilename: (...all: unknown[]) => string } }
  const before = Module._resolveFilename
  Module._resolveFilename = (name, ...rest) =>
    before(name === 'react' ? `${folderOf(`react-${version}`)}/index.js` : name, ...rest)
  try {
    const { renderToString } = requireHere(`react-dom-${version}/server`) as {
      renderToString: (node: object) => string
    }
    return renderToString(react.createElement(keysComponent(react), { portal: '/keys', language: 'de' }))
  } finally {
    Module._resolveFilename = before
  }
}

async function site(version: string): Promise<PageFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-react-'))
  execFileSync(process.execPath, ['tools/build-console.mjs', folder])
  const modules = readdirSync(folder).map(
    (name) => [`/site/page/${name}`, [SCRIPT, readFileSync(join(folder, name), 'utf8')]] as const,
  )
  rmSync(folder, { recursive: true, force: true })
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: process.cwd(), sourcefile: 'app.js' },
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"development"' },
    alias: { react: folderOf(`react-${version}`), 'react-dom': folderOf(`react-dom-${version}`) },
    external: ['./page/keys.js'],
  })
  const html = `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>A site</title><script type="module" src="/site/app.js"></script></head><body><main><h1>A site</h1><div id="root"><section>${BUTTONS}${rendered(version)}</section></div></main></body></html>`
  return Object.fromEntries([
    ['/site/', ['text/html; charset=utf-8', html]],
    ['/site/app.js', [SCRIPT, outputFiles[0]?.text ?? '']],
    ...modules,
  ])
}

for (const version of ['18', '19'])
  describeBrowser(`the component of React ${version}`, () => {
    let world: ConsoleWorld
    beforeAll(async () => {
      world = await consoleWorld({ pages: await site(version) })
    }, 120_000)
    afterAll(() => world?.close(), 30_000)

    test('is rendered on a server as an empty place', () => {
      expect(rendered(version)).toBe('<div></div>')
    })

    test('takes over what a server rendered, changes with its properties, and leaves nothing behind', async () => {
      const { page, complaints } = await world.open('/site/')
      await page.getByRole('heading', { name: 'Noch keine API-Schlüssel' }).waitFor()
      expect(await page.evaluate(() => (globalThis as unknown as { version: string }).version)).toMatch(
        new RegExp(`^${version}\\.`),
      )
      expect(await faults(page)).toEqual([])
      await page.getByRole('button', { name: 'in Japanese' }).click()
      await page.getByRole('heading', { name: 'APIキーはまだありません' }).waitFor()
      expect(await page.getByRole('heading', { name: 'Noch keine API-Schlüssel' }).count()).toBe(0)
      const toggle = page.getByRole('button', { name: 'show or hide' })
      await toggle.click()
      await expect.poll(() => page.getByRole('heading', { name: 'APIキーはまだありません' }).count()).toBe(0)
      await toggle.click()
      await page.getByRole('heading', { name: 'APIキーはまだありません' }).waitFor()
      // Twice within one turn: what is mounted last stays.
      await toggle.evaluate((button: HTMLElement) => {
        button.click()
        button.click()
      })
      await page.waitForTimeout(300)
      expect(await page.getByRole('heading', { name: 'APIキーはまだありません' }).count()).toBe(1)
      // No text that differs from the server's, nothing that its policy refused.
      expect(complaints).toEqual([])
      await page.context().close()
    })
  })
