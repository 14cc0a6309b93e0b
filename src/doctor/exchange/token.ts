import { hashText } from '#backend/hash'
import { base64url, base64urlDecode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { composed } from '../../exchange/mistakes/mistakes.js'
import type { Draft } from '../../exchange/spec/draft.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import { withoutEnd } from '../../schemes/scheme/text-ends.js'
import type { Finding } from '../diagnosis.js'
import { likely, possible, proven } from '../finding.js'
import { huntText, type Search } from '../hunt.js'
import { exchangeSubject } from './subject.js'
import type { Way } from './way.js'

type Members = Readonly<Record<string, unknown>>

const ALGORITHMS: Readonly<Record<string, string>> = { ES256: 'ecdsa-p256-sha256', EdDSA: 'ed25519' }

function membersOf(part: string | undefined): Members | undefined {
  const bytes = base64urlDecode(withoutEnd(part ?? '', '='))
  const text = bytes === undefined ? undefined : utf8Decode(bytes)
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}

/** Both parts of a token (RFC 7519), as far as they are objects. */
const partsOf = (payload: string): readonly [header: Members | undefined, claims: Members | undefined] => {
  const [header, claims] = payload.split('.')
  return [membersOf(header), membersOf(claims)]
}

const textAt = (...values: readonly unknown[]): string =>
  String(values.find((one) => typeof one === 'string' || typeof one === 'number') ?? '')

/** What a token says of key, nonce and time, where the exchange's rules refuse it. */
export function readToken(draft: Draft): void {
  const [header, claims] = partsOf(draft.payload)
  if (header === undefined || claims === undefined) return
  draft.key = textAt(claims['sub'], claims['access_key'], header['kid'])
  draft.nonce = textAt(header['nonce'], claims['nonce'])
  draft.time = textAt(claims['exp'], claims['timestamp'])
  draft.algorithm = ALGORITHMS[textAt(header['alg'])] ?? draft.algorithm
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'nothing'

/** Members that name the request. */
const BINDING: ReadonlySet<string> = new Set(['uri', 'uris', 'query_hash'])

const FIXES: Readonly<Record<string, string>> = {
  uri: 'State method, host and path of this very request in one line, without scheme and query: "GET api.coinbase.com/v2/accounts".',
  query_hash: 'Hash the parameters of this very request, as the page of the exchange writes them before hashing.',
}

/** One member that is not as the rules of the exchange make it for this request. */
function difference(spec: ExchangeSpec, name: string, stated: Members, meant: Members): Finding | undefined {
  const [is, should] = [stated[name], meant[name]]
  if (shown(is) === shown(should)) return undefined
  const fix = FIXES[name] ?? `Follow ${spec.docs}.`
  const id = `token-${name.replaceAll('_', '-')}`
  if (should === undefined)
    return possible(
      id,
      `The token has a member "${name}" that ${spec.name} does not ask for.`,
      `It is ${shown(is)}.`,
      fix,
    )
  const bound = BINDING.has(name)
  const cause =
    is === undefined
      ? `The token has no "${name}".`
      : bound
        ? `The "${name}" of the token is not that of this request: the token was made for another one.`
        : `The "${name}" of the token is not what ${spec.name} asks for.`
  // An exchange may take more than its page says, but not a token of another request.
  return (bound ? proven : likely)(id, cause, `It is ${shown(is)}, where ${shown(should)} is meant.`, fix)
}

/** What a token says, held to the request that it came with. No key is needed. */
export function tokenFindings(way: Way, draft: Draft, search: Search): readonly Finding[] {
  const { spec } = way
  const [header, claims] = partsOf(draft.payload)
  if (header === undefined || claims === undefined) return []
  const bare: Draft = { ...draft, payload: '' }
  const base = composed(spec, { draft: bare })
  if (typeof base !== 'string') return []
  const [meantHeader = {}, meant = {}] = partsOf(base)
  const found = [...compared(spec, header, meantHeader), ...compared(spec, claims, meant)]
  const hash = found.find(({ id }) => id === 'token-query-hash')
  const why = hash === undefined ? [] : hashed(way, bare, base, meant, claims, search)
  return [...why, ...found.filter((one) => one !== hash || why.length === 0)]
}

const compared = (spec: ExchangeSpec, stated: Members, meant: Members): readonly Finding[] =>
  [...new Set([...Object.keys(meant), ...Object.keys(stated)])]
    .map((name) => difference(spec, name, stated, meant))
    .filter((one): one is Finding => one !== undefined)

/** The mistake under which the parameters have the hash that the token states. */
function hashed(
  way: Way,
  bare: Draft,
  base: string,
  meant: Members,
  { query_hash }: Members,
  search: Search,
): readonly Finding[] {
  if (typeof query_hash !== 'string' || meant['query_hash'] === undefined) return []
  if (/^\s*[[{]/.test(bare.body) && hashText('sha512', bare.body, 'hex') === query_hash)
    return [
      proven(
        'query-hash-of-json',
        'The hash of the token is that of the JSON, where the parameters are hashed as a query.',
        '"query_hash" is SHA-512 of the body as it was sent.',
        'Write the members as a query (market=KRW-BTC&side=bid) and hash that text; the body itself stays JSON.',
      ),
    ]
  const [header] = base.split('.')
  const stated = `${header}.${base64url(utf8(JSON.stringify({ ...meant, query_hash })))}`
  const found = huntText(exchangeSubject(way, bare), stated, search)
  return (found?.made ?? []).map(({ id, cause, fix, detail }) =>
    proven(
      id,
      cause,
      `${detail === '' ? 'With this change' : detail}: the parameters have the hash of the token.`,
      fix,
    ),
  )
}
