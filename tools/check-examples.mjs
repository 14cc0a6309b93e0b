import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'
import { install, pack } from './lib/tarball.mjs'

/**
 * The programs that the README shows, as a reader meets them: pasted into an empty folder in which the tarball is installed.
 * What they print stands in a file beside each, and both stand in the README. Needs a build.
 *
 *     node tools/check-examples.mjs            fails when a program prints something else, or the README shows something else
 *     node tools/check-examples.mjs --write    writes both
 */
const PROGRAMS = ['quickstart', 'bot']

/**
 * The README with each fenced block below a comment that names a file of docs/examples replaced by that file.
 * @param {string} readme
 * @param {(path: string) => string} read
 */
export const filledIn = (readme, read) =>
  readme.replace(
    /^(<!-- (docs\/examples\/[\w.-]+) -->\n```\w+\n)[\s\S]*?^```$/gm,
    (_, head, path) => `${head}${read(path)}\`\`\``,
  )

/** @returns {Promise<number>} a port without a listener */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })

async function main() {
  const write = process.argv.includes('--write')
  const folder = mkdtempSync(join(tmpdir(), 'countersign-examples-'))
  let wrong = 0
  const differs = (/** @type {string} */ path, /** @type {string} */ text) => {
    const before = existsSync(ROOT + path) ? readFileSync(ROOT + path, 'utf8') : ''
    if (before === text) return
    if (write) writeFileSync(ROOT + path, text)
    else {
      wrong++
      console.error(`examples: ${path} differs from what it must be:\n${text}`)
    }
  }
  try {
    install(folder, pack(folder).tarball, ['@noble'])
    for (const name of PROGRAMS) {
      copyFileSync(`${ROOT}docs/examples/${name}.mjs`, join(folder, `${name}.mjs`))
      // No package.json: an .mjs file needs none.
      const output = execFileSync(process.execPath, [`${name}.mjs`], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
        env: { PATH: process.env['PATH'], PORT: String(await freePort()) },
      })
      differs(`docs/examples/${name}.txt`, output)
    }
    // The programs of the exchanges, at doubles, from the same folder.
    const programs = readdirSync(`${ROOT}docs/examples`).filter((name) => name.endsWith('.mjs'))
    for (const name of programs) copyFileSync(`${ROOT}docs/examples/${name}`, join(folder, name))
    for (const name of ['ws', 'undici'])
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'dir')
    const files = ['test/docs/examples.test.ts', 'test/docs/start.test.ts']
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--mode', 'long', ...files]
    const env = { ...process.env, EXAMPLES_FOLDER: folder, TEST_REPORT: undefined }
    if (spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).status !== 0) wrong++
    differs(
      'README.md',
      filledIn(readFileSync(`${ROOT}README.md`, 'utf8'), (path) => readFileSync(ROOT + path, 'utf8')),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(
    wrong === 0 ? `examples: ${PROGRAMS.join(' and ')} print what the README shows` : `examples: ${wrong} wrong`,
  )
  process.exitCode = wrong === 0 ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
