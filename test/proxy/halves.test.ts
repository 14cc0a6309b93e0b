import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportPublicKey } from '../../src/crypto/index.js'
import { probe } from '../../src/proxy/index.js'
import { bot, ed, HOST, ORDER, SECRET } from '../attacks/world.js'
import type { PublishedVectors } from '../vectors/published/build/format.js'
import { editedVectors } from './halves/edited-vectors.js'
import { has } from './services.js'

const CLIENTS = resolve('clients')
const VECTORS = resolve('test/vectors/published')
const KEYS = [
  { keyId: bot.keyId, algorithm: bot.algorithm, secret: Buffer.from(SECRET).toString('hex') },
  { keyId: ed.keyId, algorithm: ed.algorithm, publicKey: exportPublicKey(ed, 'pem') },
]
const folder = mkdtempSync(join(tmpdir(), 'countersign-halves-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hasPython = has('python3', '-c', 'import sys; assert sys.version_info >= (3, 9)')
const hasCryptography = hasPython && has('python3', '-c', 'import cryptography')
const hasGo = has('go', 'version')
const go = (from: string, name: string): string => {
  const program = join(folder, name)
  execFileSync('go', ['build', '-o', program, '.'], { cwd: from, env: { ...process.env, GOFLAGS: '-mod=mod' } })
  return program
}
const python = (form: string): ChildProcess =>
  spawn('python3', ['test/proxy/halves/host.py', form, join(CLIENTS, 'python'), JSON.stringify(KEYS)])

interface Half {
  readonly name: string
  readonly is: boolean
  readonly begin: () => ChildProcess
}

const HALVES: readonly Half[] = [
  { name: 'Python, ASGI', is: hasCryptography, begin: () => python('asgi') },
  { name: 'Python, WSGI', is: hasCryptography, begin: () => python('wsgi') },
  { name: 'Go', is: hasGo, begin: () => spawn(go('test/proxy/halves/go', 'host'), [JSON.stringify(KEYS)]) },
]
for (const { name, is } of HALVES)
  if (!is) console.warn(`SKIPPED (its toolchain is not here): the verifying half, ${name}`)

describe('the published vectors', () => {
  test.skipIf(!hasCryptography)('the example in Python accepts and refuses as they say', () => {
    expect(execFileSync('python3', [join(VECTORS, 'run.py')], { encoding: 'utf8' })).toMatch(/^(\d+) of \1 as expected/)
  })

  test.skipIf(!hasGo)('the example in Go accepts and refuses as they say', { timeout: 120_000 }, () => {
    const program = go(join(VECTORS, 'go'), 'run')
    const text = execFileSync(program, [join(VECTORS, 'vectors.json')], { encoding: 'utf8' })
    expect(text).toMatch(/^(\d+) of \1 as expected/)
  })
})

/** Several thousand edits of the vectors, on which the halves and this package must agree. Codes are for logs, and may differ. */
describe('edited vectors are accepted and refused alike', () => {
  const file = join(folder, 'edited.json')
  beforeAll(async () => {
    const published = JSON.parse(readFileSync(join(VECTORS, 'vectors.json'), 'utf8')) as PublishedVectors
    const edited = await editedVectors(published, 5_000, 20_260_131)
    expect(edited.verify.length).toBeGreaterThan(300)
    writeFileSync(file, JSON.stringify(edited))
  }, 120_000)
  /** The lines in which one side accepts, and the number that were judged. */
  const differing = (program: string, ...args: readonly string[]): readonly [readonly string[], string | undefined] => {
    const lines = spawnSync(program, args, { encoding: 'utf8' }).stdout.trim().split('\n')
    const total = lines.pop()
    return [lines.filter((line) => !/^edit \d+: expected \W+[A-Z_]+\W+, got \W+[A-Z_]+\W*$/.test(line)), total]
  }

  test.skipIf(!hasCryptography)('the example in Python judges them as we do', () => {
    const [lines, total] = differing('python3', join(VECTORS, 'run.py'), file)
    expect(lines).toEqual([])
    expect(total).toMatch(/^\d+ of 5000 as expected$/)
  })

  test.skipIf(!hasGo)('the example in Go judges them as we do', { timeout: 120_000 }, () => {
    const [lines, total] = differing(go(join(VECTORS, 'go'), 'edited'), file)
    expect(lines).toEqual([])
    expect(total).toMatch(/^\d+ of 5000 as expected$/)
  })
})

describe('stores, faults and hosts', () => {
  test.skipIf(!hasPython)('the tests of the one in Python pass', () => {
    execFileSync('python3', ['-W', 'error', 'test/proxy/halves/half_test.py', join(CLIENTS, 'python')], {
      stdio: 'pipe',
    })
  })

  test.skipIf(!hasGo)('the tests of the one in Go pass', { timeout: 120_000 }, () => {
    const text = execFileSync('go', ['test', '-count=1', './...'], {
      cwd: join(CLIENTS, 'go/verify'),
      encoding: 'utf8',
    })
    expect(text).toMatch(/^ok/)
  })
})

describe.each(HALVES)('$name', ({ is, begin }) => {
  let child: ChildProcess
  let port = 0
  const log: string[] = []
  beforeAll(async () => {
    if (!is) return
    child = begin()
    child.stderr?.pipe(process.stderr)
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    port = Number((await once(lines, 'line'))[0])
    lines.on('line', (line) => log.push((JSON.parse(line) as [string])[0]))
  }, 120_000)
  afterAll(() => void child?.kill())

  test.skipIf(!is).each([
    ['HMAC, with a body', bot, '/v1/orders?a=1&b=2', ORDER],
    ['Ed25519, with a body', ed, '/v1/orders?a=1&b=2', ORDER],
    ['HMAC, without one', bot, '/v1/orders?symbol=BTCUSDT&side=buy%20it', undefined],
    ['Ed25519, without one', ed, '/v1/orders', undefined],
  ] as const)('every attack of the catalogue is refused: %s', { timeout: 120_000 }, async (_how, key, target, body) => {
    log.length = 0
    const report = await probe(`http://${HOST}${target}`, {
      key,
      connectTo: `127.0.0.1:${port}`,
      ...(body !== undefined && { body }),
    })
    expect([report.honest, report.honestAfter]).toEqual([200, 200])
    // RFC 9112 6.1: Go answers an unknown transfer coding itself, with 501.
    const judged = report.rows.filter(({ number, got }) => !(number === 82 && got === 501))
    expect(judged.filter(({ outcome }) => outcome !== 'refused')).toEqual([])
    expect(report.rows.length).toBeGreaterThan(100)
    // The answer is the same for all: 401, or 400 of the host for what is no HTTP.
    expect([...new Set(judged.map(({ got }) => got))].sort()).toEqual([400, 401])
    await expect.poll(() => log.length).toBeGreaterThan(80)
    expect(new Set(log)).not.toContain('STORE_UNAVAILABLE')
    expect(new Set(log)).not.toContain('HOST_FAULT')
  })

  test.skipIf(!is)('the answer to a refused request shows nothing but how to sign', async () => {
    const answers = await Promise.all(
      [{}, { signature: 'sig1=:AAAA:' }, { 'signature-input': 'x', signature: 'y' }].map(async (headers) => {
        const answer = await fetch(`http://127.0.0.1:${port}/v1`, { headers: { ...headers } as Record<string, string> })
        return [answer.status, answer.headers.get('accept-signature'), await answer.text()]
      }),
    )
    const [first] = answers
    expect(first?.[0]).toBe(401)
    expect(first?.[1]).toBe('sig1=("@method" "@authority" "@path" "@query" "content-digest");created;nonce;keyid')
    for (const one of answers) expect(one).toEqual(first)
  })
})
