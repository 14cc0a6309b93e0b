import { execFile } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hmacKey, importVerifyingKey, Secret, type VerifyingKey } from '../../src/crypto/index.js'
import { type ClientGuideOptions, clientGuide, type GuideCode } from '../../src/guide/index.js'
import { defineHeaderScheme } from '../../src/schemes/header/define-header-scheme.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../src/server/key-source.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import type { PolicyOptions } from '../../src/server/policy/policy.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier } from '../../src/server/verifier.js'
import { fromSource } from '../../tools/lib/bundle.mjs'
import { has } from '../proxy/services.js'

const SECRET = 'a secret of the tests, which is longer than the sixty-four bytes that one block of SHA-256 has'
const KEY_FILE = join(process.cwd(), 'test/clients/ed25519.pem')
const TOOLS: ReadonlyArray<readonly [language: string, is: boolean]> = [
  ['bash', has('bash', '--version') && has('curl', '--version') && has('openssl', 'version')],
  ['python', has('python3', '-c', 'import cryptography')],
  ['go', has('go', 'version')],
  ['node', true],
]
for (const [language, is] of TOOLS)
  if (!is) console.warn(`SKIPPED (not on this machine): the guide's program for ${language}`)

const acme = defineHeaderScheme({
  id: 'acme',
  headers: {
    key: 'X-Acme-Key',
    timestamp: 'X-Acme-Time',
    nonce: 'X-Acme-Nonce',
    signature: 'X-Acme-Signature',
    bodyDigest: 'X-Acme-Digest',
  },
  base: ['text:acme1', 'key', 'timestamp', 'nonce', 'method', 'authority', 'target', 'body-sha256-base64'],
  timestamp: 's',
  encoding: 'base64',
  prefix: 'v1=',
  algorithms: ['hmac-sha256', 'ed25519'],
})

interface Case {
  readonly name: string
  readonly policy: Partial<PolicyOptions>
  readonly schemes?: ClientGuideOptions['schemes']
  /** Header lines that the policy asks for. */
  readonly lines?: readonly string[]
}

const CASES: readonly Case[] = [
  { name: 'the strict preset', policy: {} },
  {
    name: 'more fields, an end, a label and a tag',
    policy: {
      require: ['field:x-account', 'scheme'],
      requireWhenPresent: ['field:content-type', 'field:x-limits;key="day"'],
      requireExpires: true,
      maxLifetimeMs: 30_000,
      select: { label: 'acme', tag: 'orders/eu' },
    },
    lines: ['X-Account: 7', 'X-Limits: day=5, week=7'],
  },
  { name: 'a scheme of its own', policy: {}, schemes: [acme] },
]

const folder = mkdtempSync(join(tmpdir(), 'countersign-guide-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const run = promisify(execFile)

/** What is run for one program: the command line of the guide, in a folder with its files. */
async function saved({ language, files, run: line }: GuideCode, name: string): Promise<readonly string[]> {
  const own = join(folder, `${name}-${language}`.replace(/\W+/g, '-'))
  mkdirSync(own)
  for (const file of files) writeFileSync(join(own, file.name), file.text, { mode: 0o755 })
  const main = join(own, files[0]?.name ?? '')
  if (language === 'go') {
    const program = join(own, 'program')
    await run('go', ['build', '-o', program, ...files.map((file) => join(own, file.name))])
    return [program]
  }
  if (language === 'node') {
    // In place of what `npm install countersign` puts beside it.
    const outfile = join(own, 'bundled.mjs')
    const conditions = ['browser']
    await build({
      entryPoints: [main],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions,
      plugins: [fromSource()],
    })
    return ['node', outfile]
  }
  return [...line.split(' ').slice(0, -1), main]
}

describe.each(CASES)('$name', ({ name, policy, schemes, lines = [] }) => {
  const codes: string[] = []
  let server: Server
  let origin = ''
  let code: readonly GuideCode[] = []
  beforeAll(async () => {
    server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
    origin = `http://${authority}`
    const pem = createPublicKey(readFileSync(KEY_FILE)).export({ type: 'spki', format: 'pem' }).toString()
    const keys: readonly VerifyingKey[] = [
      hmacKey({ keyId: 'shared-1', algorithm: 'hmac-sha256', secret: Secret.fromText(SECRET) }),
      await importVerifyingKey(pem, { keyId: 'own-1', algorithm: 'ed25519' }),
    ]
    const own = strictPolicy({ authorities: [authority], ...policy })
    const verifier = createVerifier({
      schemes: schemes === undefined ? [rfc9421Verifier()] : [acme.verifier()],
      keys: staticKeys(keys.map((key) => ({ key }))),
      policy: own,
      replay: memoryReplayStore({ restartBarrier: false }),
      audit: ({ code: refused }) => void codes.push(refused ?? 'ok'),
    })
    const judge = verifyRequest(verifier, { publicOrigin: origin })
    server.on('request', (request, response) => {
      void judge(request, response).then((verdict) => verdict && response.end('accepted'))
    })
    const languages = TOOLS.map(([language]) => language)
    code = clientGuide({ policy: own, ...(schemes && { schemes }), languages, origin }).code
  })
  afterAll(() => void server.close())

  for (const [language, is] of TOOLS)
    test.skipIf(!is)(`the program for ${language} is accepted`, { timeout: 120_000 }, async () => {
      const one = code.find((row) => row.language === language) as GuideCode
      expect(one.algorithms).toEqual(['hmac-sha256', 'ed25519'])
      const [program, ...first] = (await saved(one, name)) as [string, ...string[]]
      const { SIGNING_SECRET: _, SIGNING_KEY_FILE: __, ...env } = process.env
      for (const own of [
        { SIGNING_KEY_ID: 'shared-1', SIGNING_SECRET: SECRET },
        { SIGNING_KEY_ID: 'own-1', SIGNING_KEY_FILE: KEY_FILE },
      ]) {
        codes.length = 0
        const sent = [`${origin}/orders?dry=1&b=%20+`, '{"note":"Zürich"}', ...lines]
        const { stdout } = await run(program, [...first, 'POST', ...sent], { env: { ...env, ...own } })
        expect([stdout.trim(), codes]).toEqual(['accepted', ['ok']])
      }
    })
})
