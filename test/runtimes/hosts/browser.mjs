import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIMIT_MS } from './program.mjs'

/** How each kind of browser is started: without a window, with a separate profile. */
const STARTS = {
  chromium: (/** @type {string} */ profile, /** @type {string} */ url) => [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
    ...[`--user-data-dir=${profile}`, url],
  ],
  firefox: (/** @type {string} */ profile, /** @type {string} */ url) => [
    ...['--headless', '--no-remote', '--profile', profile, url],
  ],
}

/** A browser in which WebCrypto lacks Ed25519, as those of before 2025 do. Runs before anything else of the page. */
const HIDE_ED25519 = `
for (const name of ['generateKey', 'importKey', 'sign', 'verify']) {
  const original = SubtleCrypto.prototype[name]
  Object.defineProperty(SubtleCrypto.prototype, name, {
    value: function (...given) {
      return JSON.stringify(given).includes('Ed25519')
        ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
        : Reflect.apply(original, this, given)
    },
  })
}`

/** What a page of Electron finds under \`nodeIntegration\`, though there is no Node of the usual kind behind it. */
const NODE_GLOBALS = `
const refuse = (name) => () => { throw new Error(name + ' is not there') }
Object.assign(globalThis, {
  process: { type: 'renderer', versions: { node: '24.0.0', electron: '40.0.0', chrome: '140.0.0' }, env: {}, argv: [], platform: 'linux',
    getBuiltinModule: () => undefined, cwd: refuse('cwd'), binding: refuse('binding') },
  require: refuse('require'), module: { exports: {} }, exports: {}, __dirname: '/', __filename: '/page.html', global: globalThis,
})`

const BEFORE = { '': '', 'hide-ed25519': HIDE_ED25519, 'node-globals': NODE_GLOBALS }

/**
 * A page that runs the suite and sends its results back to the server on loopback that it came from. Nothing is evaluated from
 * text: the policy forbids it, as Electron's guide to security recommends.
 * @param {{ kind: keyof typeof STARTS, program: string, text: string, before?: keyof typeof BEFORE,
 *   files?: ReadonlyMap<string, readonly [type: string, text: string]> }} options `files` are further ones that the page may load
 * @returns {Promise<string>} the results as JSON
 */
export async function inBrowser({ kind, program, text, before = '', files: more = new Map() }) {
  const run = `${text}
;(async () => {
  const body = await conformance().then(JSON.stringify, (error) => JSON.stringify({ error: String(error?.stack ?? error) }))
  await fetch('/results', { method: 'POST', body })
})()`
  const files = new Map([
    [
      '/',
      [
        'text/html',
        '<!doctype html><meta charset="utf-8"><title>tests</title><script src="/before.js"></script><script type="module" src="/suite.js"></script>',
      ],
    ],
    ['/before.js', ['text/javascript', BEFORE[before]]],
    ['/suite.js', ['text/javascript', run]],
    ...more,
  ])
  const profile = mkdtempSync(join(tmpdir(), 'countersign-profile-'))
  /** @type {import('node:http').Server | undefined} */
  let server
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no results after ${LIMIT_MS / 1000} s`)), LIMIT_MS)
      const done = (/** @type {() => void} */ end) => {
        clearTimeout(timer)
        end()
      }
      server = createServer(async (request, response) => {
        if (request.method === 'POST') {
          let body = ''
          for await (const chunk of request.setEncoding('utf8')) body += chunk
          response.end()
          done(() => resolve(body))
          return
        }
        const [type, file] = files.get(request.url ?? '') ?? ['text/plain', '']
        response.writeHead(file === '' && type === 'text/plain' ? 404 : 200, {
          'content-type': `${type}; charset=utf-8`,
          'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'",
        })
        response.end(file)
      }).listen(0, '127.0.0.1', () => {
        const { port } = /** @type {import('node:net').AddressInfo} */ (
          /** @type {import('node:http').Server} */ (server).address()
        )
        child = spawn(program, STARTS[kind](profile, `http://127.0.0.1:${port}/`), {
          stdio: 'ignore',
          detached: true,
          env: { ...process.env, HOME: profile },
        })
        child.on('error', (error) => done(() => reject(error)))
        child.on('exit', (code) => done(() => reject(new Error(`${program} ended with ${code} before any results`))))
      })
    })
  } finally {
    await stop(child)
    server?.closeAllConnections()
    server?.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** A browser is several processes: all that it started are ended, and waited for. */
async function stop(/** @type {import('node:child_process').ChildProcess | undefined} */ child) {
  if (child?.pid === undefined || child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGKILL')
  await ended
}
