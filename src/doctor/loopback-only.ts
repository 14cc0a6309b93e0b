import { isLoopbackAddress, isThisMachine } from '../access/this-machine.js'
import { assertOptions, type OptionNames } from '../errors.js'
import { fieldValues } from '../message/fields.js'
import { type HttpRequest, isStream } from '../message/message.js'
import { type Explainer, type ExplainFacts, explainer } from '../server/explain.js'
import type { ExplainedFinding, Refused } from '../server/verdict.js'
import { readBody } from '../support/body.js'
import { whole } from '../support/option-kinds.js'
import type { Capture } from './capture.js'
import { diagnose } from './diagnose.js'

/** Options of {@link loopbackOnly}. */
export interface LoopbackOnlyOptions {
  /** How long hypotheses are tested for one refusal, in milliseconds. Default 250. */
  readonly budgetMs?: number
}

const KNOWN: OptionNames<LoopbackOnlyOptions> = { budgetMs: whole(0, 900) }

/**
 * For `createVerifier({ explain })`, while a service is developed: a caller on this machine reads in the answer why its request
 * was refused (code, detail and the doctor's first finding), and every other caller reads the bare status as before.
 *
 * A proxy on the same machine connects from a loopback address as well, so that address alone shows nothing. A refusal is
 * explained only where everything says that no other machine is involved: the connection and the client's address are loopback
 * and found by the socket; no field is there that proxies add; the request names a loopback host, and so does an `Origin`; and
 * `authorities` of the policy are loopback hosts without exception. So a service with a public name explains nothing, and
 * `explain` may stay in its code. What forwards bytes to a service with loopback authorities without a trace (`ssh -R`, a
 * published container port, a proxy that writes a `Host` of its own and adds nothing, as nginx does without `proxy_set_header`)
 * cannot be seen: leave `explain` out there.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for an option that is not one.
 * @example
 * ```ts
 * import { loopbackOnly } from 'countersign/doctor'
 * import { createVerifier, type KeySource, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
 *
 * export const verifierFor = (keys: KeySource) =>
 *   createVerifier({
 *     schemes: [rfc9421Verifier()],
 *     keys,
 *     policy: strictPolicy({ authorities: ['localhost:3000'] }),
 *     replay: memoryReplayStore(),
 *     explain: loopbackOnly(),
 *   })
 * ```
 */
export function loopbackOnly(options: LoopbackOnlyOptions = {}): Explainer {
  assertOptions('loopbackOnly', options, KNOWN, { timeoutMs: 'budgetMs' })
  const { budgetMs = 250 } = options
  return explainer({
    allows: isLocal,
    finding: (refused, facts) => firstFinding(refused, facts, budgetMs),
  })
}

const isLoopback = (address: string | undefined): boolean => address !== undefined && isLoopbackAddress(address)

function isLocalHost(authority: string): boolean {
  const host = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(authority)?.[1]
  return host !== undefined && isThisMachine(host)
}

/** Fields that proxies, load balancers, tunnels and CDNs add, by the beginning of their name. */
// As one text: each name is short, and the list is a part of every bundle of the doctor.
const OF_PROXIES =
  'forwarded x-forwarded x-orig- x-original- x-originating- x-origin- x-real- x-client- x-cluster- x-proxy x-host x-scheme x-ip ' +
  'x-url-scheme x-remote- x-peer- x-gateway- x-lb- x-backend- x-tunnel- x-edge- x-cdn- x-country x-geo via client-ip client-cert ' +
  'true-client- cdn- max-forwards proxy- remote- front-end- surrogate- x-request-start x-queue-start x-ssl- ssl- x-bluecoat- ' +
  'cf- x-cf- fastly- x-fastly- fly- cloudfront- x-amz-cf- x-amzn- x-apigateway- x-akamai- akamai- x-azure- x-fd- x-arr- x-waws- ' +
  'was-default- disguised-host x-appservice- x-site-deployment- x-ms- x-appengine- x-goog- x-google- x-gfe- x-cloud- x-envoy- ' +
  'x-b3- x-istio- l5d- x-kong- x-consumer- x-traefik x-haproxy x-nginx- x-varnish x-vercel- x-nf- x-netlify- x-render- x-railway- ' +
  'x-heroku- x-replit- x-github-codespace x-gitpod- x-coder- do- x-do- ngrok- x-ngrok- x-localtunnel x-rewrite- x-tailscale- ' +
  'tailscale- x-teleport- teleport- x-auth-request- x-authentik- x-pomerium- x-webauth- wl-proxy- incap- x-incap- x-iinfo ' +
  'x-sucuri- ali- x-tencent- x-bunny- x-gcore- x-middleware- x-matched-path x-invoke-path'

const BEGINNINGS = /* @__PURE__ */ OF_PROXIES.split(' ')

const isOfProxy = (name: string): boolean => {
  // An application behind CGI reads "_" and most other characters as "-".
  const folded = name.toLowerCase().replace(/[^a-z0-9]/g, '-')
  return BEGINNINGS.some((one) => folded.startsWith(one))
}

/** Whether everything says that the sender is on this machine. */
function isLocal({ authority, fields }: HttpRequest, { context, policy }: ExplainFacts): boolean {
  const { peerIp, clientIp, ipSource } = context
  if (!isLoopback(peerIp) || clientIp !== peerIp || ipSource !== 'socket') return false
  if (!isLocalHost(authority) || !policy.authorities.every(isLocalHost)) return false
  if (fields.some((name, at) => at % 2 === 0 && isOfProxy(name))) return false
  // A browser says so of a page of another site, also where it sends no Origin.
  if (fieldValues(fields, 'sec-fetch-site').some((site) => !/^(?:none|same-origin|same-site)$/.test(site))) return false
  const hosts = fieldValues(fields, 'host')
  const origins = fieldValues(fields, 'origin')
  return (
    hosts.every(isLocalHost) &&
    // A page of another site may read the answer where CORS is open, and has the visitor's machine send it.
    origins.every((origin) => isLocalHost(/^https?:\/\/([^/]+)$/i.exec(origin)?.[1] ?? ''))
  )
}

/** What code and detail of the refusal say already, and that the host is of this machine, which it has to be. */
const WITHOUT_NEWS = /^(?:scheme-unknown|host-not-public|refused-.*)$/
const OF_BODY = /digest|body/

/** How much of a body is read for an explanation, and for how long it is waited for. */
const BODY_BYTES = 1_048_576

async function bodyOf({ body }: HttpRequest): Promise<Uint8Array | null | undefined> {
  try {
    return isStream(body) ? await readBody(body, BODY_BYTES) : body
  } catch {
    // Gone, broken or too large: what is said of the body would be a guess.
    return undefined
  }
}

/** The most frequent first mistake: the id of a key is not the one that the service was given. */
const unknownKey = (keyId: string): ExplainedFinding => ({
  id: 'key-unknown',
  certainty: 'proven',
  cause: `The service has no key that is called ${JSON.stringify(keyId)}.`,
  evidence: 'The request names this key id.',
  fix: 'State the id under which the service was given the key. Some clients send the thumbprint of a key that has no id.',
})

async function firstFinding(
  refused: Refused,
  { key, nowMs }: ExplainFacts,
  budgetMs: number,
): Promise<ExplainedFinding | undefined> {
  if (refused.code === 'KEY_UNKNOWN') return unknownKey(refused.claimedKeyId ?? '')
  const { method, scheme, authority, target, fields } = refused.request
  const body = await bodyOf(refused.request)
  const capture: Capture = {
    format: 'object',
    method,
    url: `${scheme}://${authority}${target}`,
    headers: fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : [])),
    ...(body instanceof Uint8Array && { body }),
    unread: [],
  }
  const refusal = JSON.stringify({ code: refused.code, detail: refused.detail })
  const { findings } = await diagnose(capture, { key, nowMs, budgetMs, refusal })
  return findings.find(({ id }) => !WITHOUT_NEWS.test(id) && (body !== undefined || !OF_BODY.test(id)))
}
