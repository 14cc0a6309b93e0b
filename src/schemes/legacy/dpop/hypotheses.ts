import { hash } from '#backend/hash'
import { base64url } from '../../../crypto/encoding.js'
import { fieldValues } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../../scheme/scheme-reading.js'
import { withoutEnd } from '../../scheme/text-ends.js'
import { behind, namedHosts, TEXT_KEY } from '../hypotheses/credentials.js'
import { proven, readingOf, readToken, timeProblems } from '../hypotheses/token-reading.js'
import { htuOf } from './proof.js'

/** Where makers of proofs of possession, and servers behind a proxy, go wrong. */
export const DPOP_HYPOTHESES: SchemeHypotheses = {
  ids: ['dpop'],
  read: (request, id) => {
    const proof = fieldValues(request.fields, 'dpop')[0]
    const isMeant = id !== undefined || proof !== undefined || behind(request, 'authorization', 'DPoP') !== undefined
    return isMeant ? readDpop(request, proof) : undefined
  },
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
  if (withoutEnd(stated.replaceAll('+', '-').replaceAll('/', '_'), '=') === base64url(digest))
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
    'RFC 9449 4.2: "htu" is the URL that the client calls, without query and fragment; behind a proxy the server has to be configured with its public origin.'
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
