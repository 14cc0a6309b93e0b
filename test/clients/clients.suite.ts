import { spawnSync } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fillHeaderScheme, fillRfc9421 } from '../../src/clients/fill.js'
import { build, folderOf, type StartOptions, start, templateOf } from './programs.js'
import { filesHash, type Result, writeResults } from './results.js'
import { type Algorithm, BUILT, have, ROWS, type Row } from './rows.js'
import { type Arrival, PRIVATE_KEY, SECRET, startServer, type TestServer, type Wire, ZENITH } from './server.js'

const publicKey = createPublicKey(readFileSync(PRIVATE_KEY)).export({ type: 'spki', format: 'pem' }).toString()
/** As the keys page and `openssl pkey -aes-256-cbc` write it. */
const PASSWORD = 'größe 12'
const ENCRYPTED = `${BUILT}encrypted.pem`
mkdirSync(BUILT, { recursive: true })
writeFileSync(
  ENCRYPTED,
  createPrivateKey(readFileSync(PRIVATE_KEY)).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: PASSWORD,
  }),
)
const server = await startServer(publicKey)
const other = await startServer(publicKey, true)
afterAll(() => {
  server.close()
  other.close()
})

interface Sent {
  readonly status: number
  readonly output: string
  readonly arrival: Arrival
}

interface SendOptions extends StartOptions {
  readonly to?: TestServer
}

async function send(row: Row, algorithm: Algorithm, args: readonly string[], options: SendOptions = {}): Promise<Sent> {
  const { to = server } = options
  const before = to.arrivals.length
  const { status, output } = await start(row, algorithm, args, options)
  expect(to.arrivals.length, output).toBe(before + 1)
  return { status, output, arrival: to.arrivals.at(-1) as Arrival }
}

const field = ({ lines }: Wire, name: string): string =>
  lines[lines.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name) + 1] ?? ''
const withField = (wire: Wire, name: string, change: (value: string) => string): Wire => ({
  ...wire,
  lines: wire.lines.map((value, at) =>
    at % 2 === 1 && wire.lines[at - 1]?.toLowerCase() === name ? change(value) : value,
  ),
})
const nonceOf = ({ verdict }: Arrival): string => (verdict.ok ? (verdict.nonce ?? '') : '')
const at = (target: string): string => `http://127.0.0.1:${server.port}${target}`
const BODY = '{"qty":1,"note":"größer als 東京"}'

/** Method, target as it is typed, body; then what arrives. */
const REQUESTS: ReadonlyArray<readonly [name: string, args: readonly [string, string, string?]]> = [
  ['a query', ['GET', '/orders?symbol=BTC%2FUSD&x=a+b&empty=&x=(1),*!&k=1']],
  ['no path and no query', ['GET', '']],
  ['a body', ['POST', '/orders?dry=1', BODY]],
  ['an empty body', ['POST', '/orders', '']],
  ['no body', ['POST', '/orders/7/cancel']],
  ['a path and a query that are not ASCII', ['DELETE', '/städte/東京?größe=zwölf&名=é']],
  ['a path with a space', ['PUT', '/a b/c%20d?e=f g', BODY]],
]

const results: Result[] = []

/** What the program calls itself. */
function versionOf({ version: [program, ...args] }: Row): string {
  try {
    // Kotlin's compiler states it where errors go.
    const { stdout, stderr, error } = spawnSync(program as string, args, { encoding: 'utf8' })
    if (error) throw error
    return ((stdout + stderr).trim().split('\n')[0] ?? '').replace(/^info: /, '')
  } catch (error) {
    return `no version: ${(error as Error).message.split('\n')[0]}`
  }
}

afterAll(() => writeResults(results))

for (const row of ROWS) {
  if (!have(row.needs)) console.error(`!!! ${row.language}, ${row.scheme}: not executed, there is no ${row.needs}`)
  describe.skipIf(!have(row.needs))(`${row.language}, ${row.scheme}`, () => {
    beforeAll(() => build(row, folderOf(row), templateOf(row).files[row.scheme] ?? []), 900_000)

    const result: Result = {
      language: row.language,
      scheme: row.scheme,
      version: versionOf(row),
      files: filesHash(templateOf(row), row.scheme),
      passed: 0,
      failed: 0,
    }
    afterEach(({ task }) => {
      if (result.passed + result.failed === 0) results.push(result)
      if (task.result?.state === 'fail') result.failed++
      else result.passed++
    })

    describe.each(row.algorithms)('%s', (algorithm) => {
      test.each(REQUESTS)('the server accepts %s', async (_, [method, target, body]) => {
        const args = [method, at(target), ...(body === undefined ? [] : [body])]
        const { arrival, output, status } = await send(row, algorithm, args)
        const { verdict } = arrival
        expect(verdict.ok ? 'ok' : `${verdict.code} ${verdict.detail}`, output).toBe('ok')
        expect(status).toBe(0)
        expect(arrival.method).toBe(method)
        expect(arrival.target).toMatch(/^\/[!-~]*$/)
        expect(decodeURI(arrival.target)).toBe(decodeURI(target === '' ? '/' : target))
        expect(new TextDecoder().decode(arrival.body ?? new Uint8Array())).toBe(body ?? '')
        // Every client's nonce has 96 bits or more: 16 characters where six bits are one.
        expect(nonceOf(arrival).length).toBeGreaterThanOrEqual(16)
        expect(output).not.toContain(SECRET)
        expect(arrival.lines.join('\n')).not.toContain(SECRET)
        if (row.scheme === 'rfc9421') {
          const list = `("@method" "@authority" "@path" "@query"${body ? ' "content-type" "content-digest"' : ''}`
          expect(field(arrival, 'signature-input')).toContain(`sig1=${list}`)
        }
      })

      test('a copy, and every change, is refused', async () => {
        const { arrival } = await send(row, algorithm, ['POST', at('/orders?dry=1'), BODY])
        const again = await send(row, algorithm, ['POST', at('/orders?dry=1'), BODY])
        expect(nonceOf(again.arrival)).not.toBe(nonceOf(arrival))
        const refusal = (change: Partial<Wire>): Promise<string> => server.send({ ...arrival, ...change })
        expect(await refusal({})).toBe('REPLAY')
        expect(await refusal({ method: 'PUT' })).toBe('SIGNATURE_INVALID')
        expect(await refusal({ target: '/orders?dry=0' })).toBe('SIGNATURE_INVALID')
        expect(await refusal({ target: '/order5?dry=1' })).toBe('SIGNATURE_INVALID')
        const body = (arrival.body as Uint8Array).slice()
        body[7] = (body[7] as number) + 1
        expect(await refusal({ body })).toBe(row.scheme === 'rfc9421' ? 'DIGEST_MISMATCH' : 'SIGNATURE_INVALID')
        const signed = row.scheme === 'rfc9421' ? 'signature-input' : 'x-acme-nonce'
        const nonce = nonceOf(arrival)
        const other = (nonce[0] === '1' ? '2' : '1') + nonce.slice(1)
        expect(await server.send(withField(arrival, signed, (value) => value.replace(nonce, other)))).toBe(
          'SIGNATURE_INVALID',
        )
      })

      test('a wrong key is refused, and the program fails', async () => {
        const wrong =
          algorithm === 'ed25519' ? { SIGNING_KEY_ID: 'own-2' } : { SIGNING_SECRET: `${SECRET.slice(0, -1)}!` }
        const { arrival, status } = await send(row, algorithm, ['GET', at('/orders')], { changed: wrong })
        expect(arrival.verdict.ok ? 'ok' : arrival.verdict.code).toBe(
          algorithm === 'ed25519' ? 'KEY_UNKNOWN' : 'SIGNATURE_INVALID',
        )
        expect(status).not.toBe(0)
      })
    })

    test.runIf(row.algorithms.includes('ed25519'))(
      'a key file with a password is read, and with another one not',
      async () => {
        const opened = { SIGNING_KEY_FILE: ENCRYPTED, SIGNING_KEY_PASSWORD: PASSWORD }
        const { arrival, output } = await send(row, 'ed25519', ['POST', at('/orders'), BODY], { changed: opened })
        expect(arrival.verdict.ok ? 'ok' : `${arrival.verdict.code} ${arrival.verdict.detail}`, output).toBe('ok')
        const before = server.arrivals.length
        for (const changed of [{ ...opened, SIGNING_KEY_PASSWORD: 'wrong' }, { SIGNING_KEY_FILE: ENCRYPTED }]) {
          const failed = await start(row, 'ed25519', ['GET', at('/orders')], { changed })
          expect(failed.status).not.toBe(0)
          expect(failed.output).not.toBe('')
        }
        expect(server.arrivals.length).toBe(before)
      },
    )

    test('filled for a service that requires something else, it is accepted there', async () => {
      const place = { envPrefix: 'ZENITH_' }
      const files =
        row.scheme === 'rfc9421'
          ? fillRfc9421(
              templateOf(row),
              {
                covered: ['@method', '@target-uri', 'x-account'],
                whenPresent: ['content-digest', 'content-type'],
                label: 'zenith',
                tag: 'orders',
                expiresIn: 20,
              },
              place,
            )
          : fillHeaderScheme(templateOf(row), ZENITH, place)
      const cwd = `${folderOf(row)}-filled`
      build(row, cwd, files)
      const changed = { ZENITH_KEY_ID: 'shared-1', ZENITH_SECRET: SECRET }
      const args = ['POST', `http://127.0.0.1:${other.port}/orders?a=b`, BODY, 'X-Account: 7 and more']
      const { arrival, output } = await send(row, 'hmac-sha256', args, { changed, cwd, to: other })
      expect(arrival.verdict.ok ? 'ok' : `${arrival.verdict.code} ${arrival.verdict.detail}`, output).toBe('ok')
    }, 900_000)
  })
}
