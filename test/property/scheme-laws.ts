import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ENCODE } from '../../src/crypto/encoding.js'
import type { SyncSigningKey, SyncVerifyingKey } from '../../src/crypto/index.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../src/message/message.js'
import {
  type Coverage,
  type SignContext,
  type Signer,
  signPrepared,
  signPreparedSync,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../src/schemes/scheme.js'
import { draws } from '../thorough.js'
import { DAMAGE, junk, outcome, touch } from './broken-input.js'
import { change, digestsFit, hexOf, sameLetters, stillTheSame, withPassphrase } from './scheme-changes.js'

/** One scheme, ready to be tested: both sides, and messages that it can sign. Bodies are in memory. */
export interface SchemeUnderTest {
  readonly signer: Signer<SyncSigningKey>
  readonly verifyingKey: SyncVerifyingKey
  readonly verifier: VerifyScheme
  readonly arbitraryMessage: fc.Arbitrary<HttpMessage>
  /** Where the scheme takes only some nonces. */
  readonly arbitraryNonce?: (nowMs: number) => fc.Arbitrary<string>
  /** Where the base holds a secret that the message does not show. */
  readonly passphrase?: string
  /** True where nothing of a message is signed, so that nothing covered can be changed. */
  readonly coversNothing?: boolean
  /** True where the letters of a signature may have either case: such a change is none. */
  readonly anyCase?: boolean
  /** True where parts of the signed text run together, so that its query can go on in its body. */
  readonly runsTogether?: boolean
  /** How many texts one signature may stand for, such as a URL with and without its port. Default 1. */
  readonly readings?: number
  /** Examples a law, of which `npm test` draws a third; default 100. */
  readonly runs?: number
}

const anyNonce = (): fc.Arbitrary<string> => fc.stringMatching(/^[A-Za-z0-9_-]{16,32}$/)

/** What every scheme promises, whatever it signs and wherever it puts the signature. */
export function schemeLaws(name: string, scheme: SchemeUnderTest): void {
  const { signer, verifyingKey, verifier, arbitraryMessage, arbitraryNonce = anyNonce, passphrase } = scheme
  const runs = draws(scheme.runs ?? 100)
  const { coversNothing = false, anyCase = false, runsTogether = false, readings = 1 } = scheme
  const { key } = signer
  const numRuns = { numRuns: runs }
  const context: fc.Arbitrary<Pick<SignContext, 'nowMs' | 'nonce'>> = fc
    .integer({ min: 1_000_000_000_000, max: 4_000_000_000_000 })
    .chain((nowMs) => arbitraryNonce(nowMs).map((nonce) => ({ nowMs, nonce })))

  const prepare = (message: HttpMessage, when: Pick<SignContext, 'nowMs' | 'nonce'>) =>
    signer.scheme.prepare(message, { keyId: key.keyId, algorithm: key.algorithm, ...when })
  const signed = arbitraryMessage.chain((message) =>
    context.map((when) => {
      const prepared = prepare(message, when)
      return { message, when, base: prepared.base, final: signPreparedSync(prepared, key) }
    }),
  )
  const only = (message: HttpMessage): UntrustedSignature => {
    const found = verifier.parse(message)
    expect(found).toHaveLength(readings)
    return withPassphrase(found[0] as UntrustedSignature, passphrase)
  }

  describe(`the laws of a scheme: ${name}`, () => {
    test('what is attached is found again, with the base that was signed', () => {
      fc.assert(
        fc.property(signed, ({ when, base, final }) => {
          const found = only(final)
          expect(hexOf(found.base)).toBe(hexOf(base))
          expect(verifyingKey.verify(found.base, found.signature)).toBe(true)
          expect(found.keyId ?? key.keyId).toBe(key.keyId)
          expect(found.claimedAlgorithm ?? key.algorithm).toBe(key.algorithm)
          expect(found.nonce ?? when.nonce).toBe(when.nonce)
          if (found.createdMs !== undefined) expect(Math.abs(found.createdMs - when.nowMs)).toBeLessThan(1000)
          if (found.covers.has('body')) expect(digestsFit(found, final)).toBe(true)
        }),
        numRuns,
      )
    })

    test('changing anything covered changes the base, or the message is refused', () => {
      let changes = 0
      fc.assert(
        fc.property(signed, fc.nat(), fc.nat(), fc.constantFrom(...'abcxyz0189'), ({ final }, pick, at, char) => {
          const found = only(final)
          // The fact that was drawn, or the next one that this message has something to change of.
          const facts = [...found.covers]
          const changed = facts
            .map((_, i) => change(final, facts[(pick + i) % facts.length] as Coverage, at, char))
            .find((one) => one !== undefined && !(anyCase && sameLetters(one, final)))
          // A message with nothing to change proves nothing: another one is drawn.
          if (!coversNothing) fc.pre(changed !== undefined)
          if (changed === undefined) return
          changes++
          expect(stillTheSame(verifier, changed, found, passphrase)).toBe(false)
        }),
        numRuns,
      )
      expect(changes).toBe(coversNothing ? 0 : runs)
    })

    test('a further or a missing line of a covered field does so, too', () => {
      fc.assert(
        fc.property(signed, fc.nat(), fc.boolean(), ({ final }, pick, more) => {
          const found = only(final)
          const fields = [...found.covers].filter((fact) => fact.startsWith('field:') && !fact.includes(';'))
          if (fields.length === 0) return
          const lower = (fields[pick % fields.length] as string).slice(6)
          const { fields: lines } = final
          const at = lines.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === lower)
          const changed = more ? [...lines, lower, 'x'] : lines.filter((_, index) => index !== at && index !== at + 1)
          expect(stillTheSame(verifier, { ...final, fields: changed }, found, passphrase)).toBe(false)
        }),
        numRuns,
      )
    })

    test('a parameter that leaves the query is missed, wherever it turns up', () => {
      fc.assert(
        fc.property(signed, fc.nat(), ({ message, final }, pick) => {
          const [path, query] = isRequest(final) ? (final.target.split(/\?(.*)/s) as [string, string?]) : []
          const pairs = (query ?? '').split('&').filter((pair) => /^[A-Za-z]/.test(pair))
          const pair = pairs[pick % Math.max(1, pairs.length)]
          const found = only(final)
          if (runsTogether || pair === undefined || !isRequest(final) || !coversQuery(found)) return
          const target = `${path}?${(query ?? '')
            .split('&')
            .filter((one) => one !== pair)
            .join('&')}`
          // What claims the query no longer is for a policy to refuse.
          for (const changed of elsewhere({ ...final, target }, pair, message.fields.length))
            if (stillTheSame(verifier, changed, found, passphrase))
              expect(verifier.parse(changed).some(coversQuery)).toBe(false)
        }),
        numRuns,
      )
    })

    test('any bit of the signature counts', () => {
      fc.assert(
        fc.property(signed, fc.nat(), ({ final }, bit) => {
          const { base, signature } = only(final)
          const wrong = signature.slice()
          const at = bit % (wrong.length * 8)
          wrong[at >> 3] = (wrong[at >> 3] as number) ^ (1 << (at & 7))
          expect(verifyingKey.verify(base, wrong)).toBe(false)
        }),
        numRuns,
      )
    })

    test('bytes, text and a promise give the same message', async () => {
      const { keyId, algorithm } = key
      await fc.assert(
        fc.asyncProperty(arbitraryMessage, context, async (message, when) => {
          const prepared = prepare(message, when)
          // One signature: ECDSA and RSA-PSS give another one each time.
          const signature = key.sign(prepared.base)
          const sign = (): Uint8Array => signature
          const fromBytes = signPreparedSync(prepared, { sign, keyId, algorithm })
          const text = ENCODE[prepared.encoding](signature)
          if (key.signText !== undefined) {
            expect(key.signText(prepared.base, prepared.encoding)).toBe(text)
            expect(signPreparedSync(prepared, { sign, keyId, algorithm, signText: () => text })).toEqual(fromBytes)
          }
          expect(await signPrepared(prepared, { keyId, algorithm, sign: async () => signature })).toEqual(fromBytes)
        }),
        numRuns,
      )
    })

    test('preparing again gives the same base, and a trace that shows it', () => {
      fc.assert(
        fc.property(arbitraryMessage, context, (message, when) => {
          const prepared = prepare(message, when)
          expect(hexOf(prepare(message, when).base)).toBe(hexOf(prepared.base))
          expect(prepared.trace().scheme).toBe(signer.scheme.id)
          if (typeof prepared.base === 'string') expect(prepared.trace().base).toBe(prepared.base)
        }),
        numRuns,
      )
    })

    test('neither side changes what it is given', () => {
      fc.assert(
        fc.property(arbitraryMessage, context, (message, when) => {
          const before = structuredClone(message)
          const final = signPreparedSync(prepare(frozen(message), Object.freeze(when)), key)
          expect(message).toEqual(before)
          const received = structuredClone(final)
          touch(verifier.parse(frozen(final)))
          expect(final).toEqual(received)
        }),
        numRuns,
      )
    })

    test('a message without credentials belongs to no scheme', () => {
      fc.assert(
        fc.property(arbitraryMessage, (message) => {
          expect(verifier.parse(message)).toEqual([])
        }),
        numRuns,
      )
    })

    test('broken input gives a malformed code and nothing else', () => {
      const damaged = fc.tuple(
        signed,
        fc.array(fc.tuple(fc.nat(), fc.nat(), junk, fc.nat({ max: 3 })), { minLength: 1, maxLength: 4 }),
      )
      fc.assert(
        fc.property(damaged, ([{ message, final }, damages]) => {
          const own = final.fields.length - message.fields.length
          const fields = [...final.fields]
          for (const [line, at, text, kind] of damages) {
            // Mostly the lines that carry the signature, which stand last.
            const index = kind === 0 || own <= 0 ? line % fields.length : fields.length - 1 - (line % own)
            fields[index] = DAMAGE[kind % DAMAGE.length]?.(fields[index] ?? '', at, text) ?? ''
          }
          expect(outcome(verifier, { ...final, fields })).toMatch(/^fine$|^refused$/)
        }),
        { numRuns: runs * 3 },
      )
    })

    test('random input gives a malformed code and nothing else', () => {
      const names = signed.map(({ final }) => final.fields.filter((_, at) => at % 2 === 0))
      const wild = fc.tuple(signed, names, fc.array(fc.tuple(fc.nat(), junk), { maxLength: 6 }), junk, junk)
      fc.assert(
        fc.property(wild, ([{ final }, known, values, target, method]) => {
          const fields = values.flatMap(([pick, value]) => [known[pick % Math.max(1, known.length)] ?? 'x', value])
          const message = isRequest(final) ? { ...final, method, target, fields } : { ...final, fields }
          expect(outcome(verifier, message)).toMatch(/^fine$|^refused$/)
        }),
        { numRuns: runs * 3 },
      )
    })
  })
}

const coversQuery = ({ covers }: UntrustedSignature): boolean => covers.has('query') || covers.has('query-parameters')

/** The request with a parameter in a form behind it, and in each line that its signer has added. */
function elsewhere(request: HttpRequest, pair: string, from: number): readonly HttpRequest[] {
  const { fields } = request
  const own = fields.flatMap((_, at) => (at >= from && at % 2 === 1 ? [at] : []))
  const equals = pair.indexOf('=')
  const [name, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
  const added = [`, ${name}="${value}"`, `,${pair}`, `&${pair}`, `;${pair}`]
  const others = fields.filter((_, at) => (fields[at - (at % 2)] as string).toLowerCase() !== 'content-type')
  return [
    {
      ...request,
      fields: [...others, 'Content-Type', 'application/x-www-form-urlencoded'],
      body: new TextEncoder().encode(pair),
    },
    ...own.flatMap((at) =>
      added.map((more) => ({ ...request, fields: fields.map((one, index) => (index === at ? one + more : one)) })),
    ),
  ]
}

/** The same object, so that a write into it throws. Bytes cannot be frozen; they are compared. */
function frozen<M extends HttpMessage>(message: M): M {
  Object.freeze(message.fields)
  if (message.trailers !== undefined) Object.freeze(message.trailers)
  if (!isRequest(message) && message.request !== undefined) frozen(message.request)
  return Object.freeze(message)
}
