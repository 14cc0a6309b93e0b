// The package as JSR would publish it, checked by Deno: npm run test:jsr
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FOLDER } from '../../tools/build-jsr.mjs'

const RUNTIMES = fileURLToPath(new URL('../runtimes/', import.meta.url))
const DENO = join(RUNTIMES, 'node_modules/@deno/linux-x64-glibc/deno')
const here = process.platform === 'linux' && process.arch === 'x64'
if (here && !existsSync(DENO)) spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: RUNTIMES, stdio: 'inherit' })

/** The entry points work from these files, in the runtime that most takes packages from there. */
const PROGRAM = `
import { generateKeyPair } from './src/crypto/index.ts'
import { createSignedFetch, rfc9421 } from './src/index.ts'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from './src/server/index.ts'
import { withSignature } from './src/server/middleware/fetch.ts'
import { binance } from './src/exchange/catalogue/binance.ts'

const { signingKey, verifyingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key: verifyingKey, owner: 'alice', scopes: ['orders:write'] }]),
  policy: strictPolicy({ authorities: ['api.example.com'] }),
  replay: memoryReplayStore({ restartBarrier: false, singleProcess: true }),
})
const options = { publicOrigin: 'https://api.example.com', scope: 'orders:write' } as const
const service = withSignature(verifier, (_request, verdict) => new Response(verdict.owner), options)
const signedFetch = createSignedFetch(rfc9421({ key: signingKey }), {
  origins: ['https://api.example.com'],
  fetch: async (url, init) => await service(new Request(url, init)),
})
const answer = await signedFetch('https://api.example.com/orders', { method: 'POST', body: '{"qty":1}' })
const text = await answer.text()
if (text !== 'alice') throw new Error(\`\${answer.status} \${text}\`)
if (typeof binance !== 'function') throw new Error('no binance')
console.log('jsr: signed and verified by Deno')
`

if (here && existsSync(DENO)) {
  execFileSync(process.execPath, ['tools/build-jsr.mjs'], { stdio: 'inherit' })
  const deno = (/** @type {string[]} */ ...args) => {
    const env = { ...process.env, NO_COLOR: '1' }
    const { status, stdout, stderr } = spawnSync(DENO, args, { cwd: FOLDER, encoding: 'utf8', env })
    // Every file and every download has a line, and only what is wrong matters.
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => !/^(?:Download|Check|\s+file:)/.test(line))
    console.log(lines.join('\n').trim())
    return status === 0
  }
  writeFileSync(join(FOLDER, 'program.ts'), PROGRAM)
  // Types as they are: `--allow-slow-types` would hide what makes the package slow to use.
  const passed = deno('run', '--no-lock', '--check', 'program.ts') && deno('publish', '--dry-run', '--allow-dirty')
  process.exitCode = passed ? 0 : 1
} else console.error('!!! No Deno could be had: what JSR would publish is not checked, which is not a pass.')
