import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import { readRequest } from '../../exchange/verifier/read-request.js'
import { READ_TIME } from '../../exchange/verifier/read-texts.js'
import type { HttpRequest } from '../../message/message.js'
import { EXCHANGES } from '../exchanges.js'
import { sentValue } from './fields.js'

/** One way of one exchange. */
export interface Way {
  readonly id: string
  readonly variant: string
  readonly spec: ExchangeSpec
}

/** Every exchange with its variants. */
export const WAYS: readonly Way[] = /* @__PURE__ */ Object.entries(EXCHANGES).flatMap(([id, factory]) =>
  ['', ...factory.variants].map((variant) => ({ id, variant, spec: factory(variant === '' ? {} : { variant }).spec })),
)

export const wayName = ({ id, variant }: Way): string => (variant === '' ? id : `${id}/${variant}`)

const hostsOf = ({ origins, environments = {} }: ExchangeSpec): readonly string[] =>
  [...origins, ...Object.values(environments).flatMap((one) => one.origins)].map((origin) =>
    origin.replace(/^https?:\/\//, ''),
  )

// Versions of one host with the same fields.
const PATHS: Readonly<Record<string, RegExp>> = {
  woo: /^\/v3\//,
  'woo-v1': /^\/v[12]\//,
  mexc: /^\/api\/v3\//,
  'mexc-contract': /^\/api\/v1\//,
}

/** How well a request fits: the host counts most, then each field of authentication. */
function pointsOf({ id, spec }: Way, request: HttpRequest): number {
  const host = request.authority.toLowerCase().replace(/:443$/, '')
  let points = hostsOf(spec).includes(host) ? 100 : 0
  const names = (spec.headers ?? []).filter(([, value]) => typeof value !== 'string' || !value.startsWith('='))
  const own = names.filter(([name]) => !/^(?:authorization|(?:x-api-)?key|sign|timestamp|nonce|signature)$/i.test(name))
  const there = own.filter(([name]) => sentValue(request.fields, name) !== undefined).length
  if (there > 0) points += 10 * there - (own.length - there)
  else if (points > 0) points += names.filter(([name]) => sentValue(request.fields, name) !== undefined).length
  if (points > 0 && Object.hasOwn(PATHS, id) && PATHS[id]?.test(request.target) === false) points--
  return points
}

/** The way that a request takes; `undefined` where no exchange's host or fields are there. */
export function wayOf(request: HttpRequest, scheme: string | undefined, variant: string | undefined): Way | undefined {
  const [id, named = variant ?? ''] = (scheme ?? '').split('/')
  const ways = WAYS.filter((way) => (scheme === undefined || way.id === id) && (named === '' || way.variant === named))
  let best: Way | undefined
  let most = scheme === undefined ? 9 : -100
  for (const way of ways) {
    const points = pointsOf(way, request)
    // The same fields in a variant: the first that reads the request. One that is behind by more is not asked.
    if (points + READ <= most) continue
    const all = points + (reads(way, request) ? READ : 0)
    if (all > most) {
      best = way
      most = all
    }
  }
  return best
}

const READ = 0.5

/** Whether a request can be read, its time as well: Gate's own clients state fractions of a second, which is a variant of its own. */
function reads({ spec }: Way, request: HttpRequest): boolean {
  try {
    const read = readRequest(spec, request)
    return read !== undefined && (spec.time === undefined || READ_TIME[spec.time.unit](read.draft.time) !== undefined)
  } catch {
    return false
  }
}
