import { fail, type OptionKind, type OptionNames, urlKind } from '../../errors.js'
import { type InsecureOption, isSecure, PLAIN_HTTP } from '../../message/target.js'
import type { MiddlewareOptions } from '../../server/middleware/gate.js'
import type { Verifier } from '../../server/options.js'
import { FUNCTION, MEMBERS, milliseconds, oneOf, TEXT, whole } from '../../support/option-kinds.js'
import type { ListenOptions } from '../address.js'
import type { TlsOptions } from '../listener.js'
import type { ProxyLog } from '../log.js'
import type { Forwarding } from './forward.js'

/** How requests are judged: as in front of a handler of this process. */
type Judging = Pick<
  MiddlewareOptions,
  'publicOrigin' | 'trustedProxies' | 'forwarded' | 'scope' | 'routes' | 'cost' | 'acceptEncodedSlash'
>

/** Options of {@link createGate}. */
export interface GateOptions extends Judging, InsecureOption {
  /** What `createVerifier()` of `countersign/server` made. */
  readonly verifier: Verifier
  /** The service behind the gate: `http://127.0.0.1:8080`. Nothing else may be able to reach it. */
  readonly upstream: string
  /** Default: any free port of 127.0.0.1. Unlike a signing proxy a gate is meant to be reached: any address will do. */
  readonly listen?: Omit<ListenOptions, 'beyondLoopback'>
  /** Certificate and key, where the gate ends TLS itself; HTTP/2 is then negotiated. */
  readonly tls?: TlsOptions
  /** Where `/healthz`, `/readyz` and `/metrics` are served. Default: nowhere. */
  readonly admin?: ListenOptions
  /** `all` fields of a request go on, or `covered` ones only: what the signature does not cover anyone on the way can have written. Default `all`. */
  readonly forward?: Forwarding
  /**
   * Names of fields that the service does not get, whether they are signed or not: those by which a scheme of your own proves a
   * request (`ok-access-sign`, `ok-access-passphrase`). `Signature` and `Signature-Input` never go on.
   */
  readonly withhold?: readonly string[]
  /** Until the upstream's answer begins, and between two pieces of it. Default 60 000. */
  readonly timeoutMs?: number
  /** Connections to the upstream at the same time. Default 128. */
  readonly connections?: number
  /** Called once per request, when its answer has ended. */
  readonly log?: ProxyLog
  /** Called with what should not happen. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
  /** How long `close()` waits for requests that have begun. Default 10 000. */
  readonly graceMs?: number
  /** How long `/readyz` says no before connections are refused, so that a load balancer notices. Default 0. */
  readonly drainMs?: number
}

const FIELD_NAMES: OptionKind = [
  (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' && /^[!#$%&'*+.^_`|~\w-]{1,256}$/.test(one)),
  'a list of names of fields',
]
/** Every option, and what it must be. */
export const GATE_OPTIONS: OptionNames<GateOptions> = {
  verifier: 2,
  upstream: [TEXT, 2],
  listen: MEMBERS,
  tls: MEMBERS,
  admin: MEMBERS,
  forward: oneOf('all', 'covered'),
  withhold: FIELD_NAMES,
  timeoutMs: milliseconds(1, 600_000),
  connections: whole(1, 1_024),
  log: FUNCTION,
  onError: FUNCTION,
  graceMs: milliseconds(0, 600_000),
  drainMs: milliseconds(0, 600_000),
  publicOrigin: 1,
  trustedProxies: 1,
  forwarded: 1,
  scope: 1,
  routes: 1,
  cost: 1,
  acceptEncodedSlash: 1,
}
/** What an option is called elsewhere. */
export const GATE_HINTS: Readonly<Record<string, string>> = {
  target: 'upstream',
  keys: 'verifier: createVerifier({ keys })',
  port: 'listen: { port }',
  scopes: 'scope',
}

/** @throws {CountersignError} `CONFIG_INVALID` for what is no origin, and for plain http to another machine. */
export function upstreamOf(where: string, { upstream, ...rest }: GateOptions): string {
  const url =
    typeof upstream === 'string' && URL.canParse(upstream) && !/\s/.test(upstream) ? new URL(upstream) : undefined
  if (
    url === undefined ||
    url.pathname !== '/' ||
    url.username + url.password + url.search + url.hash !== '' ||
    !isSecure(url.origin, rest)
  )
    fail(
      'CONFIG_INVALID',
      `${where}: "upstream" must be http://127.0.0.1:port, or https://host[:port], without a path, got ${
        url?.protocol === 'http:' && !isSecure(url.origin, rest) ? PLAIN_HTTP : urlKind(upstream)
      }`,
    )
  return url.origin
}
