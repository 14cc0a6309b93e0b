import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DiagnoseOptions, diagnose, readCapture, renderDiagnosis } from '../../../src/doctor/index.js'
import { outcomeOf } from '../../expect-code.js'
import { draws } from '../../thorough.js'

// The same cases in every run: a failure is repeated by running the test again.
const SEED = 20_231_114
const runs = (numRuns: number) => ({ seed: SEED, numRuns: draws(numRuns) })

const folder = new URL('../../doctor/corpus/', import.meta.url)
const corpus: ReadonlyArray<{ readonly input: unknown; readonly options: DiagnoseOptions }> = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
const texts = corpus.map(({ input }) => (typeof input === 'string' ? input : JSON.stringify(input)))

const SPLINTERS = [
  ...['', ' ', '\n', '\r\n', '\0', '"', "'", '`', '$', "$'", '\\', '^', '%', '%2', '%ff', '\ufeff', '\ud800', '😀'],
  ...['{', '}', '[', ']', '(', ')', ';', ':', '=', '&', '?', '#', '://', 'curl ', 'fetch(', '@{', 'HTTP/1.1 401 x\n\n'],
  ...['sig1=(', '"@path"', ';created=', '__proto__', '9'.repeat(30), '-1', '1e999', 'Signature: ', 'Signature-Input: '],
]

/** A text of the corpus with a few pieces taken out and others put in. */
const edited = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom(...SPLINTERS)), { maxLength: 6 }),
  )
  .map(([text, edits]) =>
    edits.reduce((out, [at, length, piece]) => {
      const from = at % (out.length + 1)
      return out.slice(0, from) + piece + out.slice(from + length)
    }, text),
  )

describe('no input makes it throw anything but an error of this package', () => {
  test('texts of the corpus, edited, give a diagnosis or an error of this package', async () => {
    await fc.assert(
      fc.asyncProperty(edited, fc.constantFrom(...corpus), async (text, { options }) => {
        await outcomeOf(() => diagnose(text, { ...options, budgetMs: 3 }))
      }),
      runs(900),
    )
  })

  test('any text and any value gives a diagnosis or an error of this package', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.anything(),
      fc.json(),
      fc.object({
        key: fc.constantFrom(
          'url',
          'method',
          'headers',
          'body',
          'log',
          'request',
          'format',
          'unread',
          'refusal',
          'status',
        ),
      }),
    )
    await fc.assert(
      fc.asyncProperty(value, async (input) => {
        await outcomeOf(() => readCapture(input as string))
        await outcomeOf(() => diagnose(input as string, { secret: 'x', budgetMs: 1 }))
      }),
      runs(1_500),
    )
  })

  test('any refusal and any text to sign', async () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom(...SPLINTERS))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...corpus), piece, piece, async ({ input, options }, refusal, stringToSign) => {
        await outcomeOf(() => diagnose(input as string, { ...options, refusal, stringToSign, budgetMs: 2 }))
      }),
      runs(300),
    )
  })
})

describe('no secret is in what is returned or printed', () => {
  const canary = fc
    .string({ unit: fc.constantFrom(...'abcdXYZ0189+/=-_.~!$%&"\\ ~é'), minLength: 12, maxLength: 40 })
    .map((text) => `cnry${text.trim()}yrnc`)

  const shown = async (input: string | object, options: DiagnoseOptions): Promise<string> => {
    const found = (await outcomeOf(() => diagnose(input, { ...options, budgetMs: 3 }))) as
      | Awaited<ReturnType<typeof diagnose>>
      | string
    if (typeof found !== 'object') return ''
    // Of what JSON makes of it as well as of the texts themselves.
    const all: string[] = []
    JSON.stringify(found, (_, value) => {
      if (typeof value === 'string') all.push(value)
      return value
    })
    return `${JSON.stringify(found)}\n${renderDiagnosis(found)}\n${all.join('\n')}`
  }

  test('given as an option, and sent where it does not belong', async () => {
    await fc.assert(
      fc.asyncProperty(
        canary,
        canary,
        fc.constantFrom(...corpus),
        fc.nat(),
        async (secret, passphrase, { input }, at) => {
          const text = typeof input === 'string' ? input : JSON.stringify(input)
          // Into the request at any place, as where two variables are mixed up.
          const from = at % text.length
          const mixed = `${text.slice(0, from)}${at % 2 ? secret : passphrase}${text.slice(from)}`
          const found = await shown(mixed, { secret, passphrase })
          expect(found).not.toContain(secret)
          expect(found).not.toContain(passphrase)
        },
      ),
      runs(600),
    )
  })

  test.each([
    ['Authorization', (secret: string) => `Basic ${secret}`],
    ['Authorization', (secret: string) => `Bearer ${secret}`],
    ['Proxy-Authorization', (secret: string) => `Basic ${secret}`],
    ['Cookie', (secret: string) => `a=1; session=${secret}; b=2`],
    ['X-Api-Passphrase', (secret: string) => secret],
    ['X-Password', (secret: string) => secret],
    ['OK-ACCESS-PASSPHRASE', (secret: string) => secret],
  ])('a secret in the field %s, covered by a signature, is not shown', async (name, value) => {
    const secret = 'cnry0123456789yrnc'
    const lower = name.toLowerCase()
    for (const host of ['api.example.com', 'www.okx.com']) {
      const request = `GET /v1?x=1 HTTP/1.1\r\nHost: ${host}\r\n${name}: ${value(secret)}\r\nOK-ACCESS-KEY: k\r\nOK-ACCESS-SIGN: c2lnbmF0dXJl\r\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\r\nSignature-Input: sig1=("@method" "${lower}");created=1;keyid="k"\r\nSignature: sig1=:c2lnbmF0dXJl:\r\n\r\n`
      for (const scheme of ['rfc9421', 'okx']) {
        const found = await shown(request, { secret: 'cnry-another-yrnc', scheme })
        expect(found).not.toContain(secret)
        expect(found).not.toBe('')
      }
    }
  })
})
