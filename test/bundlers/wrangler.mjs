import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from '../../tools/lib/tarball.mjs'
import { inWorkerd } from '../runtimes/hosts/workerd.mjs'
import { EXPECTED, WORKER } from './programs.mjs'
import { versionOf } from './tools.mjs'

const MODULES = fileURLToPath(new URL('./node_modules/', import.meta.url))

/**
 * What `wrangler deploy --dry-run` would upload, run in workerd.
 * @param {string} folder
 * @param {string} tarball
 * @param {object | undefined} sent what a page signed
 */
export async function wrangler(folder, tarball, sent) {
  const row = { tool: 'wrangler, in workerd', version: versionOf('wrangler'), browser: '–' }
  if (sent === undefined) return { ...row, server: 'missing' }
  try {
    mkdirSync(folder)
    install(folder, tarball, ['@noble'])
    writeFileSync(join(folder, 'worker.mjs'), WORKER)
    writeFileSync(
      join(folder, 'wrangler.json'),
      JSON.stringify({ name: 'app', main: 'worker.mjs', compatibility_date: '2025-01-01', send_metrics: false }),
    )
    execFileSync(join(MODULES, '.bin/wrangler'), ['deploy', '--dry-run', '--outdir', 'out'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CI: '1', HOME: folder },
    })
    const answer = await inWorkerd({
      program: join(MODULES, '@cloudflare/workerd-linux-64/bin/workerd'),
      folder,
      name: 'bundled',
      text: readFileSync(join(folder, 'out/worker.js'), 'utf8'),
      flags: [],
      body: JSON.stringify(sent),
    })
    return { ...row, server: answer === EXPECTED ? 'ok' : `answered ${answer}` }
  } catch (error) {
    const { message, stderr = '' } = /** @type {Error & { stderr?: string }} */ (error)
    return { ...row, server: `${message}\n${stderr}`.slice(0, 1500) }
  }
}
