import { hash } from '#backend/hash'
import { ALGORITHMS, type Algorithm } from '../../../crypto/algorithm.js'
import { base64Decode, base64url, base64urlDecode, utf8Decode } from '../../../crypto/encoding.js'
import { fieldValues } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import { htuOf } from '../dpop/proof.js'
import { behind, namedHosts, TEXT_KEY } from './credentials.js'

type Members = Readonly<Record<string, unknown>>

interface Token {
  readonly parts: readonly [string, string, string]
  readonly header: Members
  readonly claims: Members
}

const TOKEN = /^[A-Za-z0-9_+/=-]+\.[A-Za-z0-9_+/=-]+\.[A-Za-z0-9_+/=-]*$/

/** A token, also one in the wrong kind of base64; `undefined` for text that is none. */
function readToken(text: string): Token | undefined {
  if (text.length > 65_536 || !TOKEN.test(text)) return undefined
  const parts = text.split('.') as unknown as Token['parts']
  const [header, claims] = [membersOf(parts[0]), membersOf(parts[1])]
  return header === undefined || claims === undefined ? undefined : { parts, header, claims }
}

function membersOf(part: string): Members | undefined {
  const bytes = base64urlDecode(part.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))
  const text = bytes === undefined ? undefined : utf8Decode(bytes)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}

/** Where makers of tokens for one request, and of proofs of possession, go wrong. */
export const TOKEN_HYPOTHESES: SchemeHypotheses = {
  ids: ['dpop', 'jwt'],
  read: (request, id) => {
    const proof = fieldValues(request.fields, 'dpop')[0]
    const bearer = behind(request, 'authorization', 'Bearer')?.trim()
    if (id === 'dpop' || (id === undefined && proof !== undefined)) return readDpop(request, proof)
    const token = bearer === undefined ? undefined : readToken(bearer)
    return token === undefined
      ? undefined
      : readingOf('jwt', 'JWT', token, [...timeProblems(token, 'exp', 'nbf', 'iat')])
  },
}

const proven = (id: string, cause: string, evidence: string, fix: string): Problem => ({
  ...{ id, cause, evidence, fix },
  certainty: 'proven',
})

const byJose = (name: unknown): Algorithm | undefined =>
  (Object.keys(ALGORITHMS) as Algorithm[]).find(
    (one) => ALGORITHMS[one].jose === name || (name === 'Ed25519' && one === 'ed25519'),
  )

function readingOf(
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
            'signature-der',
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
  utf8Decode(base64urlDecode(part.replace(/=+$/, '')) ?? new Uint8Array(0)) ?? ''

function* timeProblems({ claims }: Token, ...names: readonly string[]): Iterable<Problem> {
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

function readDpop(request: HttpRequest, proof: string | undefined): SchemeReading | undefined {
  const token = proof === undefined ? undefined : readToken(proof.trim())
  if (token === undefined) {
    const absent = proven(
      'proof-missing',
      'The request has no proof that can be read.',
      'The field DPoP is absent or no token.',
      'Send DPoP with a fresh proof for every request.',
    )
    return {
      id: 'dpop',
      name: 'DPoP',
      form: undefined,
      signatures: [],
      encoding: 'base64url',
      keyId: '',
      keys: TEXT_KEY,
      problems: [absent],
    }
  }
  const { header, claims } = token
  const problems: Problem[] = []
  if (header['typ'] !== 'dpop+jwt')
    problems.push(
      proven(
        'proof-type',
        'The type of the proof is not dpop+jwt.',
        '"typ" is absent or another text.',
        'RFC 9449 4.2: "typ": "dpop+jwt".',
      ),
    )
  const jwk = header['jwk']
  if (typeof jwk !== 'object' || jwk === null)
    problems.push(
      proven(
        'proof-key',
        'The proof holds no public key.',
        '"jwk" is absent.',
        'RFC 9449 4.2: the public key stands in "jwk" of the header.',
      ),
    )
  else if ('d' in jwk)
    problems.push(
      proven(
        'proof-private-key',
        'The proof holds the private key.',
        '"jwk" has a member "d".',
        'Make a new key at once, and export its public half only.',
      ),
    )
  if (claims['jti'] === undefined)
    problems.push(
      proven(
        'proof-jti',
        'The proof has no id.',
        '"jti" is absent.',
        'RFC 9449 4.2: a new unique "jti" for every proof.',
      ),
    )
  problems.push(...methodProblems(request, claims['htm']), ...urlProblems(request, claims['htu']))
  const access = behind(request, 'authorization', 'DPoP')?.trim()
  const asBearer = behind(request, 'authorization', 'Bearer')
  if (access === undefined && asBearer !== undefined)
    problems.push(
      proven(
        'proof-scheme',
        'The access token is sent with the scheme Bearer.',
        'A proof stands beside it.',
        'RFC 9449 7.1: Authorization: DPoP TOKEN.',
      ),
    )
  if (access !== undefined) {
    const right = base64url(hash('sha256', access))
    const ath = claims['ath']
    if (ath === undefined)
      problems.push(
        proven(
          'proof-ath',
          'The proof does not state the hash of the access token.',
          '"ath" is absent.',
          'RFC 9449 4.2: "ath" is base64url of the SHA-256 of the access token.',
        ),
      )
    else if (ath !== right)
      problems.push(
        proven(
          'proof-ath',
          'The hash of the access token is another one.',
          `${athOfOther(String(ath), access)}.`,
          'RFC 9449 4.2: "ath" is base64url without padding of the SHA-256 of the access token as it is sent.',
        ),
      )
  }
  problems.push(...timeProblems(token, 'iat'))
  if (claims['iat'] === undefined)
    problems.push(
      proven('time-missing', 'The proof states no time.', '"iat" is absent.', 'RFC 9449 4.2: "iat" in seconds.'),
    )
  const reading = readingOf('dpop', 'DPoP', token, problems)
  return {
    ...reading,
    keys: { ...reading.keys, ownPublicKey: typeof jwk === 'object' && jwk !== null && !('d' in jwk) ? jwk : undefined },
  }
}

function athOfOther(stated: string, access: string): string {
  const digest = hash('sha256', access)
  const hexText = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (stated.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === base64url(digest))
    return 'It is written in ordinary base64, or with padding'
  if (stated === hexText) return 'It is written in hexadecimal'
  if (stated === base64url(new TextEncoder().encode(hexText))) return 'It is base64url of the hexadecimal text'
  return 'It is that of another token'
}

function methodProblems({ method }: HttpRequest, htm: unknown): readonly Problem[] {
  if (htm === method) return []
  return [
    proven(
      'proof-method',
      typeof htm === 'string' && htm.toUpperCase() === method
        ? 'The method of the proof is in small letters.'
        : 'The proof is for another method.',
      htm === undefined
        ? '"htm" is absent.'
        : `"htm" is ${JSON.stringify(String(htm).slice(0, 16))}, the request is ${method}.`,
      'RFC 9449 4.2: "htm" is the method as it is sent, in capitals; a proof is good for one request.',
    ),
  ]
}

/** How "htu" differs from the URL, the likely ways first. */
function urlProblems(request: HttpRequest, htu: unknown): readonly Problem[] {
  const right = htuOf(request)
  if (htu === right) return []
  const fix =
    'RFC 9449 4.2: "htu" is the URL that the client calls, without query and fragment; behind a proxy the server has to be told its public origin.'
  if (typeof htu !== 'string') return [proven('proof-url', 'The proof states no URL.', '"htu" is absent.', fix)]
  const bare = htu.replace(/[?#].*$/s, '')
  const as = (id: string, cause: string): readonly Problem[] => [
    proven(id, cause, 'With this change it is the URL of the request.', fix),
  ]
  if (bare === right) return as('proof-url-query', '"htu" holds the query or the fragment.')
  const swapped = (url: string): string =>
    url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:')
  if (swapped(bare) === right)
    return as(
      'proof-url-scheme',
      '"htu" has another scheme than the request: a proxy ends TLS, or the client states http.',
    )
  if (bare.replace(/\/$/, '') === right.replace(/\/$/, ''))
    return as('proof-url-slash', '"htu" has a slash at its end, or lacks it.')
  if (bare.toLowerCase() === right.toLowerCase()) return as('proof-url-case', '"htu" is written in another case.')
  const found = /^(https?):\/\/([^/]*)(.*)$/i.exec(bare)
  if (found === null) return otherUrl(bare, right, fix)
  const path = splitTarget(request.target).path
  const [, , host = '', at = ''] = found
  if (at === path)
    return [
      proven(
        'proof-url-host',
        '"htu" is for another host or port than the one the request has arrived at.',
        `The paths are equal, the hosts are not${namedHosts(request).includes(host) ? '; a proxy names that host' : ''}.`,
        `${fix} Let it pass Host, X-Forwarded-Host and X-Forwarded-Proto on.`,
      ),
    ]
  if (host === request.authority.toLowerCase())
    return [
      proven(
        'proof-url-path',
        '"htu" has another path than the request.',
        'The hosts are equal, the paths are not: a prefix of a router or proxy, or a proof that was made for another request.',
        fix,
      ),
    ]
  return otherUrl(bare, right, fix)
}

const otherUrl = (bare: string, right: string, fix: string): readonly Problem[] => [
  proven(
    'proof-url',
    'The proof is for another URL.',
    `"htu" has ${bare.length} characters, the URL of the request has ${right.length}.`,
    fix,
  ),
]
