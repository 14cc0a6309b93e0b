import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Step, stepsOf } from './blocks.js'

/** A folder in which the packed package is installed; without it the programs run from here, on the sources. */
const EMPTY_FOLDER = process.env['EXAMPLES_FOLDER']
const run = promisify(execFile)
const folders: string[] = []
afterEach(() => {
  vi.restoreAllMocks()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const freePort = (): Promise<string> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(String(typeof address === 'object' ? address?.port : address)))
    })
  })

/** As a reader does it: nothing but the package in the folder, and each step behind the one before. */
async function inEmptyFolder(steps: readonly Step[], modules: string): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(modules, 'start-'))
  folders.push(folder)
  const out: Record<string, string> = {}
  for (const { kind, name, text } of steps) {
    if (kind === 'program') writeFileSync(join(folder, name), text)
    const argv =
      kind === 'program' ? [name] : [join(modules, 'node_modules/countersign/dist/cli.js'), ...text.split(' ').slice(2)]
    const env = { PATH: process.env['PATH'], PORT: await freePort() }
    const { stdout, stderr } = await run(process.execPath, argv, { cwd: folder, timeout: 60_000, env })
    expect([name, stderr]).toEqual([name, ''])
    out[name] = stdout
  }
  return out
}

/** The same programs without a build: each in this process. */
async function onSources(steps: readonly Step[]): Promise<Record<string, string>> {
  mkdirSync('test/docs/.start', { recursive: true })
  const folder = mkdtempSync(resolve('test/docs/.start/page-'))
  folders.push(folder)
  const out: Record<string, string> = {}
  const { format } = await import('node:util')
  for (const { name, text, prints } of steps) {
    // What reads a file of the reader's needs the commands before it.
    if (prints === undefined) continue
    const lines: string[] = []
    vi.spyOn(console, 'log').mockImplementation((...args) => void lines.push(`${format(...args)}\n`))
    vi.stubEnv('PORT', await freePort())
    writeFileSync(join(folder, name.replace('.mjs', '.ts')), text)
    await import(/* @vite-ignore */ join(folder, name.replace('.mjs', '.ts')))
    vi.unstubAllEnvs()
    out[name] = lines.join('')
  }
  return out
}

describe('the pages to start from', () => {
  const pages = readdirSync('docs/start').map((name) => `docs/start/${name}`)

  it.each(pages)('%s is plain JavaScript, from an empty folder', (page) => {
    const text = readFileSync(page, 'utf8')
    expect(text).not.toMatch(/^```ts/m)
    const steps = stepsOf(page)
    expect(steps.filter(({ kind }) => kind === 'program').length).toBeGreaterThan(0)
    expect(text).toMatch(/```sh\nnpm install countersign\n```/)
    // A program is saved under a name that Node runs as a module, also without a package.json.
    for (const { kind, name } of steps) if (kind === 'program') expect(text).toContain(`as \`${name}\``)
  })

  it.each(pages)(
    '%s: every step runs, and prints what the page shows',
    async (page) => {
      const steps = stepsOf(page)
      const out = EMPTY_FOLDER === undefined ? await onSources(steps) : await inEmptyFolder(steps, EMPTY_FOLDER)
      for (const { name, prints } of steps) if (prints !== undefined) expect([name, out[name]]).toEqual([name, prints])
    },
    120_000,
  )
})
