// The packed package under Jest, in both ways that docs/runtimes.md shows: npm run test:jest. Needs a build.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { install, pack } from '../../tools/lib/tarball.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const TOOLS = join(HERE, 'node_modules')

if (!existsSync(join(TOOLS, 'jest'))) {
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** What a project of CommonJS would write, and the same for modules: one request over a socket, and an exchange's. */
const BODY = `
const order = '{"symbol":"BTCUSDT"}'

test('signs and verifies', async () => {
  const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
  let verifier
  const server = createServer((request, response) =>
    withSignature(verifier, async (incoming, answer, { owner }) => {
      const chunks = []
      for await (const chunk of incoming) chunks.push(chunk)
      answer.end(owner + ' ' + Buffer.concat(chunks))
    })(request, response),
  )
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = '127.0.0.1:' + server.address().port
  verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: [host] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const signedFetch = createSignedFetch(rfc9421({ key }), { origins: ['http://' + host] })
  const answer = await signedFetch('http://' + host + '/orders', { method: 'POST', body: order })
  expect([answer.status, await answer.text()]).toEqual([200, 'alice ' + order])
  expect((await fetch('http://' + host + '/orders', { method: 'POST', body: order })).status).toBe(401)
  await new Promise((resolve) => server.close(resolve))
})

test('signs for an exchange, and throws errors of its own', async () => {
  const signer = binance({ apiKey: 'bot-1', secret: 'a secret for tests' })
  const { url, body } = signer.sign({ method: 'POST', path: '/api/v3/order', params: { symbol: 'BTCUSDT' } })
  expect(url + body).toContain('signature=')
  try {
    binance({ apiKey: 'bot-1', secret: 'a secret for tests', testnet: true })
  } catch (error) {
    expect([isCountersignError(error), error.code]).toEqual([true, 'CONFIG_INVALID'])
  }
  expect.assertions(2)
})
`
const IMPORTS = {
  countersign: ['createSignedFetch', 'hmacKey', 'isCountersignError', 'rfc9421'],
  'countersign/crypto': ['randomBytes'],
  'countersign/exchange/binance': ['binance'],
  'countersign/server': ['createVerifier', 'memoryReplayStore', 'rfc9421Verifier', 'staticKeys', 'strictPolicy'],
  'countersign/server/node': ['withSignature'],
  'node:http': ['createServer'],
}
const lines = (/** @type {(names: string, from: string) => string} */ write) =>
  Object.entries(IMPORTS)
    .map(([from, names]) => write(`{ ${names.join(', ')} }`, `'${from}'`))
    .join('\n') + BODY

/** The page's block, so that what is tried is what is shown. */
const [, shown = ''] = /```json jest\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/runtimes.md'), 'utf8')) ?? []

/** @type {ReadonlyArray<readonly [name: string, file: string, text: string, config: string, options: string]>} */
const WAYS = [
  ['CommonJS', 'a.test.js', lines((names, from) => `const ${names} = require(${from})`), shown, ''],
  ['modules', 'a.test.mjs', lines((names, from) => `import ${names} from ${from}`), '{}', '--experimental-vm-modules'],
]

const scratch = mkdtempSync(join(tmpdir(), 'countersign-jest-'))
let failed = 0
try {
  const { tarball } = pack(scratch)
  for (const [name, file, text, config, options] of WAYS) {
    console.log(`\n--- Jest, ${name}`)
    const folder = join(scratch, name)
    install(folder, tarball, [])
    const modules = join(folder, 'node_modules')
    // Copied, as npm would: through a link Jest sees the path that it leads to.
    cpSync(join(ROOT, 'node_modules/@noble'), join(modules, '@noble'), { recursive: true, dereference: true })
    mkdirSync(join(modules, '@babel'))
    for (const tool of ['jest', 'babel-jest', '@babel/core', '@babel/preset-env'])
      symlinkSync(join(TOOLS, tool), join(modules, tool), 'dir')
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    writeFileSync(join(folder, 'jest.config.json'), config)
    writeFileSync(join(folder, file), text)
    try {
      execFileSync(process.execPath, [join(modules, 'jest/bin/jest.js'), '--ci'], {
        cwd: folder,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, NODE_OPTIONS: options },
      })
    } catch {
      failed++
      console.error(`Jest, ${name}: FAILED`)
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(`\n${WAYS.length - failed} of ${WAYS.length} ways with Jest`)
process.exitCode = failed === 0 ? 0 : 1
