import { ALGORITHMS, type Algorithm } from '../../../crypto/algorithm.js'
import { base64Decode, base64urlDecode, utf8Decode } from '../../../crypto/encoding.js'
import type { Problem, SchemeReading } from '../../scheme/scheme-reading.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { TEXT_KEY } from './credentials.js'

type Members = Readonly<Record<string, unknown>>

/** A token in its parts. */
export interface Token {
  readonly parts: readonly [string, string, string]
  readonly header: Members
  readonly claims: Members
}

const TOKEN = /^[A-Za-z0-9_+/=-]+\.[A-Za-z0-9_+/=-]+\.[A-Za-z0-9_+/=-]*$/

/** A token, also one in the wrong kind of base64; `undefined` for text that is none. */
export function readToken(text: string): Token | undefined {
  if (text.length > 65_536 || !TOKEN.test(text)) return undefined
  const parts = text.split('.') as unknown as Token['parts']
  const [header, claims] = [membersOf(parts[0]), membersOf(parts[1])]
  return header === undefined || claims === undefined ? undefined : { parts, header, claims }
}

function membersOf(part: string): Members | undefined {
  const bytes = base64urlDecode(withoutEnd(part.replaceAll('+', '-').replaceAll('/', '_'), '='))
  const text = bytes === undefined ? undefined : utf8Decode(bytes)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}

export const proven = (id: string, cause: string, evidence: string, fix: string): Problem => ({
  ...{ id, cause, evidence, fix },
  certainty: 'proven',
})

const byJose = (name: unknown): Algorithm | undefined =>
  (Object.keys(ALGORITHMS) as Algorithm[]).find(
    (one) => ALGORITHMS[one].jose === name || (name === 'Ed25519' && one === 'ed25519'),
  )

/** What is searched and seen in a token by itself. */
export function readingOf(
  id: string,
  name: string,
  { parts, header, claims }: Token,
  problems: readonly Problem[],
): SchemeReading {
  const [first, second, third] = parts
  const algorithm = byJose(header['alg'])
  const out: Problem[] = [...problems]
  if (/[+/=]/.test(first + second + third))
    out.push(
      proven(
        'token-base64',
        'The token is written in ordinary base64.',
        'It holds "+", "/" or "=".',
        'RFC 7515 2: base64url without padding.',
      ),
    )
  if (header['alg'] === undefined || String(header['alg']).toLowerCase() === 'none')
    out.push(
      proven(
        'token-algorithm',
        'The token names no algorithm.',
        '"alg" is absent or "none".',
        'Sign the token, and name the algorithm.',
      ),
    )
  else if (algorithm === undefined)
    out.push(
      proven(
        'token-algorithm',
        'The token names an algorithm that is not known.',
        '"alg" is another text.',
        'Write it as RFC 7518 does: ES256, RS256, EdDSA, HS256.',
      ),
    )
  const bytes = base64urlDecode(third) ?? base64Decode(third)
  if (bytes !== undefined && algorithm === 'ecdsa-p256-sha256' && bytes.length !== 64)
    out.push(
      bytes[0] === 0x30
        ? proven(
            'ecdsa-der',
            'The ECDSA signature is in DER.',
            `It has ${bytes.length} bytes and begins as DER does.`,
            'RFC 7518 3.4: the two numbers with 32 bytes each, one behind the other (dsaEncoding: "ieee-p1363").',
          )
        : proven(
            'signature-length',
            'The signature has not the length of its algorithm.',
            `ES256 has 64 bytes, this one ${bytes.length}.`,
            'Sign with the algorithm that "alg" names.',
          ),
    )
  const iat = Number(claims['iat'] ?? claims['nbf'])
  return {
    id,
    name,
    form: {
      members: [{ name: 'token', kind: 'own', text: `${first}.${second}` }],
      compose: ({ token = '' }) => token,
      own: [
        {
          id: 'token-parts',
          part: 'token',
          rank: 1,
          cause: 'Another text was signed than the first two parts of the token as they are sent.',
          fix: 'RFC 7515 5.1: sign the two parts in base64url, with a dot between them.',
          apply: (state) =>
            [
              ['the parts not encoded', `${decodedPart(first)}.${decodedPart(second)}`],
              ['the claims alone', second],
              ['the claims, not encoded', decodedPart(second)],
              ['with padding', `${padded(first)}.${padded(second)}`],
              ['without the dot', first + second],
            ].map(([detail = '', text = '']) => [{ ...state, write: () => text }, detail] as const),
        },
      ],
      opaque: true,
    },
    signatures: third === '' ? [] : [{ text: third, right: base64urlDecode(third) }],
    encoding: 'base64url',
    keyId: typeof header['kid'] === 'string' ? header['kid'] : '',
    keys: { ...TEXT_KEY, algorithms: algorithm === undefined ? ['hmac-sha256'] : [algorithm] },
    ...(Number.isFinite(iat) && iat < 1e11 && { time: { ms: iat * 1000, pastMs: 300_000, futureMs: 60_000 } }),
    problems: out,
  }
}

const padded = (part: string): string => part + '==='.slice((part.length + 3) % 4)
const decodedPart = (part: string): string =>
  utf8Decode(base64urlDecode(withoutEnd(part, '=')) ?? new Uint8Array(0)) ?? ''

/** Times that are no whole seconds. */
export function* timeProblems({ claims }: Token, ...names: readonly string[]): Iterable<Problem> {
  for (const name of names) {
    const value = claims[name]
    if (value === undefined) continue
    if (typeof value !== 'number')
      yield proven(
        'time-form',
        `"${name}" is no number.`,
        `It is ${typeof value === 'string' ? 'text' : 'another value'}.`,
        'RFC 7519 2: seconds since 1970, as a number.',
      )
    else if (value > 1e11)
      yield proven(
        'time-form',
        `"${name}" is in milliseconds.`,
        `It has ${String(Math.floor(value)).length} digits.`,
        'RFC 7519 2: seconds since 1970: Math.floor(Date.now() / 1000).',
      )
    else if (!Number.isInteger(value))
      yield proven(
        'time-form',
        `"${name}" is no whole number.`,
        'It has a fraction.',
        'Write whole seconds: Math.floor(Date.now() / 1000).',
      )
  }
}
