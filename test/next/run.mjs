// Routes on Node and on the edge runtime, and the proxy before them, as `next build` makes them of the packed package:
// npm run test:next. Needs a build.
import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { importSigningKey } from '../../dist/crypto/index.js'
import { createSignedFetch, rfc9421 } from '../../dist/index.js'
import { install, pack } from '../../tools/lib/tarball.mjs'
import { freePort } from '../servers/process.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const MODULES = join(HERE, 'node_modules')
const ORIGIN = 'https://api.example.com'
const NEXT = [join(MODULES, 'next/dist/bin/next')]
const ENV = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' }

/** The proxy runs on Node; under its former name, on the edge runtime. A project has one of them. */
const FRONTS = [
  { file: 'proxy.js', name: 'proxy' },
  { file: 'middleware.js', name: 'middleware' },
]
const front = (/** @type {string} */ name) => `
import { withSignature } from 'countersign/server/fetch'
import { NextResponse } from 'next/server'
import { options, verifier } from './app/verifier.js'

export const ${name} = withSignature(verifier, () => NextResponse.next(), options)
export const config = { matcher: '/behind/:path*' }
`

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('!!! The compiler of Next is installed for Linux on x64: not run here, which is not a pass.')
  process.exit(0)
}
const { dependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'))
if (!Object.keys(dependencies).every((name) => existsSync(join(MODULES, name))))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' })

const scratch = mkdtempSync(join(tmpdir(), 'countersign-next-'))
rmSync(join(MODULES, 'countersign'), { recursive: true, force: true })
install(HERE, pack(scratch).tarball, [])
rmSync(scratch, { recursive: true })

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const pem = (/** @type {import('node:crypto').KeyObject} */ key, /** @type {'pkcs8' | 'spki'} */ type) =>
  String(key.export({ type, format: 'pem' }))
writeFileSync(join(HERE, 'app/key.js'), `export const PUBLIC_KEY = ${JSON.stringify(pem(publicKey, 'spki'))}\n`)
const key = await importSigningKey(pem(privateKey, 'pkcs8'), { keyId: 'bot-1', algorithm: 'ed25519' })

let wrong = 0
function check(/** @type {string} */ what, /** @type {unknown} */ found, /** @type {unknown} */ wanted) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  wrong++
  console.error(`next: ${what}: FAILED: ${JSON.stringify(found)} in place of ${JSON.stringify(wanted)}`)
}

/** One place: a signed request with and without a body, the same once more, and an unsigned one. */
async function ask(
  /** @type {number} */ port,
  /** @type {string} */ path,
  /** @type {(body: string) => string} */ answer,
) {
  const local = (/** @type {string} */ url) => url.replace(ORIGIN, `http://127.0.0.1:${port}`)
  /** @type {[string, RequestInit][]} */
  const sent = []
  const signedFetch = createSignedFetch(rfc9421({ key }), {
    origins: [ORIGIN],
    fetch: (url, init) => {
      sent.push([local(String(url)), init ?? {}])
      return fetch(local(String(url)), init)
    },
  })
  for (const init of [{}, { method: 'POST', body: '{"qty":1}' }]) {
    const response = await signedFetch(ORIGIN + path, init)
    check(`${path}, signed`, [response.status, await response.text()], [200, answer('body' in init ? init.body : '')])
    const again = await fetch(...(sent.at(-1) ?? ['']))
    await again.arrayBuffer()
    check(`${path}, sent again`, again.status, 401)
  }
  const unsigned = await fetch(local(ORIGIN + path))
  await unsigned.arrayBuffer()
  check(`${path}, unsigned`, unsigned.status, 401)
}

async function started(/** @type {number} */ port) {
  for (let tries = 0; tries < 300; tries++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/behind`)).arrayBuffer()
      return
    } catch {
      await sleep(100)
    }
  }
  throw new Error('next start did not answer within 30 s')
}

for (const { file, name } of FRONTS) {
  const path = join(HERE, file)
  try {
    writeFileSync(path, front(name))
    rmSync(join(HERE, '.next'), { recursive: true, force: true })
    execFileSync(process.execPath, [...NEXT, 'build'], { cwd: HERE, env: ENV, encoding: 'utf8', stdio: 'pipe' })
    const port = await freePort()
    const args = [...NEXT, 'start', '-p', String(port), '-H', '127.0.0.1']
    const server = spawn(process.execPath, args, { cwd: HERE, env: ENV, stdio: 'ignore' })
    try {
      await started(port)
      await ask(port, '/api/node/7', (body) => `node alice 7 ${body}`)
      await ask(port, '/api/edge', (body) => `edge-runtime alice ${body}`)
      await ask(port, '/behind', (body) => `behind ${body}`)
      console.log(`next: routes on Node and edge, and ${name}: asked`)
    } finally {
      server.kill()
    }
  } catch (error) {
    wrong++
    const { message, stdout = '', stderr = '' } = /** @type {Error & { stdout?: string, stderr?: string }} */ (error)
    console.error(`next: ${name}: FAILED: ${`${message}\n${stdout}\n${stderr}`.slice(0, 3000)}`)
  } finally {
    rmSync(path, { force: true })
  }
}
const { version } = JSON.parse(readFileSync(join(MODULES, 'next/package.json'), 'utf8'))
console.log(wrong === 0 ? `next ${version}: every answer is right` : `next ${version}: ${wrong} wrong`)
process.exitCode = wrong === 0 ? 0 : 1
