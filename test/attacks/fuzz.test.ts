import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { VERDICT_STATUS } from '../../src/errors.js'
import type { HttpRequest } from '../../src/message/message.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import { noReplayProtection, type VerifyContext } from '../../src/server/verifier.js'
import type { BodyStream } from '../../src/support/body.js'
import { fuzzRuns, one, TEXT, textEdit } from './edits.js'
import { closeAll, start } from './hosts.js'
import { exchange, requestBytes } from './wire.js'
import { bot, ed, get, HOST, order, p256, sign, world } from './world.js'

afterAll(closeAll)

const { verifier } = world({ replay: noReplayProtection })
const STATUSES = new Set<number>(Object.values(VERDICT_STATUS))

/**
 * The verdict on a request, whatever it is. No store can fail here, so one of these codes would be an exception that some code
 * did not expect: the library's own 500.
 */
async function verdictOn(request: HttpRequest, context: VerifyContext = {}): Promise<string> {
  const verdict = await verifier.verify(request, context)
  if (verdict.ok) return 'ok'
  expect(Object.hasOwn(VERDICT_STATUS, verdict.code)).toBe(true)
  expect(STATUSES.has(verdict.status)).toBe(true)
  expect(verdict.detail).not.toMatch(/unexpected/)
  // The program's mistake, and said as such.
  if (verdict.detail.startsWith('verify: "scope" must be')) return 'scope'
  expect(['STORE_UNAVAILABLE', 'KEY_SOURCE_FAILED', 'HOST_FAULT']).not.toContain(verdict.code)
  return verdict.code
}

const streamOf = (chunks: readonly Uint8Array[]): BodyStream => ({
  async *[Symbol.asyncIterator]() {
    yield* chunks
  },
})

const NAMES = [
  'Signature',
  'signature',
  'Signature-Input',
  'Content-Digest',
  'Content-Type',
  'Content-Length',
  'Content-Encoding',
  'Transfer-Encoding',
  'Host',
  'Date',
  'Authorization',
  'Accept-Signature',
  'X-HTTP-Method-Override',
  'X-Forwarded-For',
  '__proto__',
  'constructor',
  '@method',
  '',
  'x y',
  'é',
]
const VALUES = [
  'sig1=("@method" "@authority" "@path" "@query");created=1790000000;nonce="aaaaaaaaaaaaaaaaaaaa";keyid="bot-1"',
  'sig1=:AAAA:',
  'sig1=()',
  '5',
  '-1',
  'NaN',
  'gzip',
  'identity',
  HOST,
  'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  'sha-256=:AAAA:',
  '',
  ' ',
  '\n',
  '\u0000',
  '"',
  'a'.repeat(20_000),
]
const strange = fc.oneof(fc.string({ unit: 'binary' }), TEXT)
const fields = fc
  .array(fc.tuple(fc.oneof(one(...NAMES), strange), fc.oneof(one(...VALUES), strange)), { maxLength: 12 })
  .map((pairs) => pairs.flat())
const body = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }).map(streamOf),
)
/** What is around the fields may be honest, so that half of the requests reach the reading of their signatures. */
const honest = { method: one('GET', 'POST'), scheme: one('https'), authority: one(HOST), target: one('/v1/orders?a=1') }
const strangeHead = {
  method: fc.oneof(one('GET', 'POST', 'OPTIONS', 'get', ''), strange),
  scheme: fc.oneof(one('http', 'https'), strange),
  authority: fc.oneof(one(HOST, HOST.toUpperCase(), `${HOST}:80`, 'evil.example'), strange),
  target: fc.oneof(one('/', '/v1/orders?a=1', '*', `http://${HOST}/`, '//x'), strange),
}
const anyRequest: fc.Arbitrary<HttpRequest> = fc.oneof(
  fc.record({ ...honest, fields, body }),
  fc.record({ ...strangeHead, fields, body }),
)

/** One request for each check that the generator must reach whatever it draws. */
const bare: HttpRequest = { method: 'GET', scheme: 'https', authority: HOST, target: '/', fields: [], body: null }
const REACHED: Readonly<Record<string, HttpRequest>> = {
  AUTH_MISSING: bare,
  AUTH_MALFORMED: { ...bare, fields: ['Signature', 'sig1=()', 'Signature-Input', '5'] },
  HOST_MISMATCH: { ...bare, authority: 'evil.example' },
  METHOD_MALFORMED: { ...bare, method: '' },
  TARGET_MALFORMED: { ...bare, target: 'x' },
}
const anyContext: fc.Arbitrary<VerifyContext> = fc.record(
  {
    clientIp: fc.oneof(one('127.0.0.1', '::1', ''), strange),
    scope: fc.oneof(one('orders:write', ''), strange),
    streamBody: fc.constant(streamedBody),
  },
  { requiredKeys: [] },
)

describe('the verifier answers, whatever arrives', () => {
  test('requests made of anything get a code of the list, and never a rejection', async () => {
    const codes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(anyRequest, anyContext, async (request, context) => {
        const code = await verdictOn(request, context)
        codes.add(code)
        expect(code).not.toBe('ok')
      }),
      { numRuns: fuzzRuns(4_000), examples: Object.values(REACHED).map((request) => [request, {}]) },
    )
    expect([...codes]).toEqual(expect.arrayContaining(Object.keys(REACHED)))
  })

  test('good requests with some of their texts damaged get a code of the list, and never a rejection', async () => {
    const signed = await Promise.all(
      [bot, ed, p256].flatMap((key) => [sign(order(), { key, alg: true }), sign(get(), { key })]),
    )
    const codes = new Map<string, number>()
    const damage = fc.record({
      which: fc.nat(),
      at: fc.nat(),
      edit: textEdit,
      repeat: fc.boolean(),
      drop: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: signed.length - 1 }),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async (index, damages) => {
          const request = signed[index] as HttpRequest
          const lines = [...request.fields]
          for (const { which, edit, repeat, drop } of damages) {
            const at = 2 * (which % Math.max(1, lines.length / 2))
            const [name, value] = [lines[at], lines[at + 1]]
            if (name === undefined || value === undefined) continue
            if (drop) lines.splice(at, 2)
            else if (repeat) lines.push(name, edit(value))
            else if (which % 7 === 0) lines[at] = edit(name)
            else lines[at + 1] = edit(value)
          }
          const code = await verdictOn({ ...request, fields: lines })
          codes.set(code, (codes.get(code) ?? 0) + 1)
        },
      ),
      { numRuns: fuzzRuns(4_000) },
    )
    for (const code of ['AUTH_MALFORMED', 'SIGNATURE_MALFORMED', 'SIGNATURE_INVALID', 'COMPONENT_MISSING'])
      expect([...codes.keys()]).toContain(code)
  })

  test('bytes over a socket get an answer or a closed connection, never 500, and the server lives on', async () => {
    const server = await start('node', { replay: noReplayProtection })
    const signed = requestBytes(await sign(order())).toString('latin1')
    let answers = 0
    await fc.assert(
      fc.asyncProperty(fc.array(textEdit, { minLength: 1, maxLength: 5 }), async (edits) => {
        const bytes = Buffer.from(
          edits.reduce((text, edit) => edit(text), signed),
          'latin1',
        )
        // What is incomplete would be waited for; the end of the connection ends it.
        const answer = await exchange(server.port, bytes, { end: true }).catch(() => undefined)
        if (answer === undefined) return
        answers++
        expect([200, ...STATUSES]).toContain(answer.status)
        expect(answer.status).not.toBe(503)
      }),
      { numRuns: fuzzRuns(300) },
    )
    expect(answers).toBeGreaterThan(fuzzRuns(300) / 3)
    expect(server.errors).toEqual([])
    expect((await server.send(await sign(order()))).status).toBe(200)
  }, 120_000)
})
