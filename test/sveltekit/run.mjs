// Endpoints behind `signatureHandle`, as `vite build` and the adapter for Node make them of the packed package, asked over a socket:
// npm run test:sveltekit. Needs a build.
import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { importSigningKey } from '../../dist/crypto/index.js'
import { createSignedFetch, rfc9421 } from '../../dist/index.js'
import { install, pack } from '../../tools/lib/tarball.mjs'
import { freePort } from '../servers/process.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const ORIGIN = 'https://app.example.com'

/** SvelteKit 3 needs a newer Node than the package does: it brings one along. */
const KITS = ['kit-2', 'kit-3']

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('!!! The Node of SvelteKit 3 is installed for Linux on x64: not run here, which is not a pass.')
  process.exit(0)
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const pem = (/** @type {import('node:crypto').KeyObject} */ key, /** @type {'pkcs8' | 'spki'} */ type) =>
  String(key.export({ type, format: 'pem' }))
const key = await importSigningKey(pem(privateKey, 'pkcs8'), { keyId: 'bot-1', algorithm: 'ed25519' })

let wrong = 0
function check(/** @type {string} */ what, /** @type {unknown} */ found, /** @type {unknown} */ wanted) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  wrong++
  console.error(`${what}: FAILED: ${JSON.stringify(found)} in place of ${JSON.stringify(wanted)}`)
}

/** The folder of one SvelteKit with all that it needs: its packages, the packed package, the program. @returns its Node */
function prepare(/** @type {string} */ folder, /** @type {string} */ tarball) {
  const modules = join(folder, 'node_modules')
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!Object.keys(dependencies).every((name) => existsSync(join(modules, name))))
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
  for (const made of ['node_modules/countersign', 'src', 'build', '.svelte-kit'])
    rmSync(join(folder, made), { recursive: true, force: true })
  install(folder, tarball, [])
  cpSync(join(HERE, 'app'), join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, 'src/key.js'), `export const PUBLIC_KEY = ${JSON.stringify(pem(publicKey, 'spki'))}\n`)
  return 'node' in dependencies ? join(modules, 'node/bin/node') : process.execPath
}

const statusOf = async (/** @type {string} */ url, /** @type {RequestInit} */ init = {}) => {
  const response = await fetch(url, init)
  await response.arrayBuffer()
  return response.status
}

/** Everything that is asked of one server. */
async function ask(/** @type {string} */ name, /** @type {string} */ server) {
  const local = (/** @type {string} */ url) => url.replace(ORIGIN, server)
  /** @type {{ url: string, init: RequestInit } | undefined} */
  let sent
  const signedFetch = createSignedFetch(rfc9421({ key }), {
    origins: [ORIGIN],
    fetch: (url, init) => {
      sent = { url: local(String(url)), init: init ?? {} }
      return fetch(sent.url, sent.init)
    },
  })
  /** Signed, and kept back: what is then sent is the first of its signature. */
  const held = createSignedFetch(rfc9421({ key }), {
    origins: [ORIGIN],
    fetch: (url, init) => {
      sent = { url: local(String(url)), init: init ?? {} }
      return Promise.resolve(new Response())
    },
  })
  // SvelteKit refuses a POST of plain text, as a form of another site could send it, before any hook.
  const post = { method: 'POST', body: '{"qty":1}', headers: { 'content-type': 'application/json' } }
  for (const init of [{}, post]) {
    const what = `${name}, ${'body' in init ? 'POST' : 'GET'}`
    const response = await signedFetch(`${ORIGIN}/api/orders/7`, init)
    check(
      `${what}, signed`,
      [response.status, await response.text()],
      [200, `alice 7 ${'body' in init ? init.body : ''}`],
    )
    check(`${what}, sent again`, await statusOf(sent?.url ?? '', sent?.init), 401)
    await held(`${ORIGIN}/api/orders/7`, init)
    check(`${what}, to another order`, await statusOf(`${server}/api/orders/8`, sent?.init), 401)
    await held(`${ORIGIN}/api/orders/7`, init)
    const headers = new Headers(sent?.init.headers)
    const signature = headers.get('signature') ?? ''
    const at = signature.indexOf(':') + 1
    const flipped = signature[at] === 'A' ? 'B' : 'A'
    headers.set('signature', signature.slice(0, at) + flipped + signature.slice(at + 1))
    check(`${what}, forged`, await statusOf(sent?.url ?? '', { ...sent?.init, headers }), 401)
    check(`${what}, the same as it was signed`, await statusOf(sent?.url ?? '', sent?.init), 200)
  }
  await held(`${ORIGIN}/api/orders/7`, post)
  check(`${name}, another body`, await statusOf(sent?.url ?? '', { ...sent?.init, body: '{"qty":2}' }), 401)
  check(`${name}, unsigned`, await statusOf(`${server}/api/orders/7`), 401)
  check(`${name}, unsigned, another spelling of the path`, await statusOf(`${server}/%61pi/orders/7`), 400)
  const open = await fetch(`${server}/open`)
  check(`${name}, a page that is not verified`, [open.status, (await open.text()).includes('open to all')], [200, true])
}

async function started(/** @type {string} */ server) {
  for (let tries = 0; tries < 300; tries++) {
    try {
      await statusOf(`${server}/open`)
      return
    } catch {
      await sleep(100)
    }
  }
  throw new Error('the server did not answer within 30 s')
}

const scratch = mkdtempSync(join(tmpdir(), 'countersign-sveltekit-'))
try {
  const { tarball } = pack(scratch)
  for (const kit of KITS) {
    const folder = join(HERE, kit)
    const node = prepare(folder, tarball)
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/@sveltejs/kit/package.json'), 'utf8'))
    const name = `SvelteKit ${version}`
    const before = wrong
    try {
      execFileSync(node, ['node_modules/vite/bin/vite.js', 'build'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
      const port = await freePort()
      const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), ORIGIN }
      const server = spawn(node, ['build'], { cwd: folder, env, stdio: 'ignore' })
      try {
        await started(`http://127.0.0.1:${port}`)
        await ask(name, `http://127.0.0.1:${port}`)
      } finally {
        server.kill()
      }
    } catch (error) {
      wrong++
      const { message, stdout = '', stderr = '' } = /** @type {Error & { stdout?: string, stderr?: string }} */ (error)
      console.error(`${name}: FAILED: ${`${message}\n${stdout}\n${stderr}`.slice(0, 3000)}`)
    }
    console.log(wrong === before ? `${name}: every answer is right` : `${name}: ${wrong - before} wrong`)
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
process.exitCode = wrong === 0 ? 0 : 1
