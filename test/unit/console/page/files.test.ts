import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('a portal has every file of the page that was built, each script from the file that sites import', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-page-files-'))
  try {
    execFileSync(process.execPath, ['tools/build-console.mjs', join(folder, 'page')])
    await build({
      entryPoints: ['src/console/portal/node.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: join(folder, 'portal/node.mjs'),
      logLevel: 'silent',
    })
    cpSync('package.json', join(folder, 'package.json'))
    const { pageFiles } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'portal/node.mjs')).href)) as {
      pageFiles: () => Promise<Record<string, readonly [type: string, text: string]>>
    }
    const files = await pageFiles()
    const html = files['index.html']?.[1] ?? ''
    const named = [...html.matchAll(/(?:src|href)="assets\/([^"]+)"/g)].map(([, name]) => name as string)
    expect(named.length).toBeGreaterThan(2)
    for (const name of named) expect(files[name]?.[1].length, name).toBeGreaterThan(40)
    // And every part that a script asks for later.
    for (const [name, [type, text]] of Object.entries(files)) {
      expect(type, name).toMatch(/^text\/(?:html|css|javascript); charset=utf-8$/)
      for (const [, part] of text.matchAll(/"\.\/([\w-]+\.js)"/g)) expect(Object.keys(files), name).toContain(part)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
