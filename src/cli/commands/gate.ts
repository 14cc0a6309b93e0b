import { loadSecret } from '../../client/load-secret.js'
import type { ListenOptions } from '../../proxy/address.js'
import { rateOf, readGateKeys } from '../../proxy/config/gate-keys.js'
import { insecure, listenOf, routeOf, wholeUrl } from '../../proxy/config/parts.js'
import { certificate } from '../../proxy/config/tls.js'
import { createGate } from '../../proxy/gate/gate.js'
import type { GateOptions } from '../../proxy/gate/options.js'
import { memoryRateLimiter } from '../../proxy/gate/rates.js'
import { rfc9421Verifier } from '../../schemes/rfc9421/verifier.js'
import type { KeySource } from '../../server/key-source.js'
import { staticKeys } from '../../server/key-source.js'
import type { Route } from '../../server/middleware/routes.js'
import { strictPolicy } from '../../server/policy/strict-policy.js'
import { rateLimits } from '../../server/rate-limits.js'
import { memoryReplayStore } from '../../server/replay/memory.js'
import { createVerifier } from '../../server/verifier.js'
import { durationMs } from '../durations.js'
import { EXIT } from '../exit-codes.js'
import { withKeyring } from '../open-keyring.js'
import { namingOptions } from '../option-errors.js'
import { bytesOf } from '../sizes.js'
import { logLine, untilStopped } from '../until-stopped.js'
import { usage } from '../usage.js'
import { type Call, flagOf, listOf, print, textOf } from '../world.js'

/** `gate`: verifies what arrives and passes it on to a service, until it is stopped. */
export const run = (call: Call): Promise<number> => namingOptions(call, () => started(call))

async function started(call: Call): Promise<number> {
  const { options, world } = call
  const keys = textOf(options, 'keys')
  const store = textOf(options, 'store') ?? world.env['COUNTERSIGN_STORE']
  if (keys !== undefined && textOf(options, 'store') !== undefined)
    usage('--keys must be left out beside --store: keys come from one place')
  if (keys === undefined && store === undefined) usage('--keys is missing: file:keys.json, or --store with a keyring')
  if (keys === undefined) return withKeyring(call, ({ keyring }) => serve(call, keyring))
  const [, path] =
    /^file:(.+)$/s.exec(keys) ?? usage('--keys must be file:PATH, a file with the keys that are accepted')
  return serve(call, staticKeys(await readGateKeys(path as string, { env: world.env })))
}

async function serve(call: Call, keys: KeySource): Promise<number> {
  const { options } = call
  const listen = addressOf('--listen', textOf(options, 'listen') ?? '127.0.0.1:8443')
  const tls = await tlsOf(call)
  const stated = textOf(options, 'origin')
  const origin =
    stated !== undefined ? wholeUrl(stated) : `${tls === undefined ? 'http' : 'https'}://localhost:${listen.port}`
  if (!URL.canParse(origin)) usage('--origin must be a URL such as https://api.example.com')
  const skipped = flagOf(options, 'skipRestartWait')
  const replay = memoryReplayStore(skipped ? { restartBarrier: false } : {})
  const rate = textOf(options, 'rate')
  const peerRate = textOf(options, 'peerRate')
  const maxBody = textOf(options, 'maxBody')
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys,
    policy: strictPolicy({
      authorities: [new URL(origin).host],
      ...(maxBody !== undefined && { maxBodyBytes: bytesOf('--max-body', maxBody) }),
    }),
    replay,
    limits: rateLimits({
      // Keys may have a rate of their own, also where there is none for all.
      key: memoryRateLimiter(rateOf(rate ?? '1000000/1s', '--rate')),
      ...(peerRate !== undefined && { peer: memoryRateLimiter(rateOf(peerRate, '--peer-rate')) }),
    }),
  })
  const admin = textOf(options, 'admin')
  const gate = createGate({
    ...partsOf(call),
    verifier,
    publicOrigin: origin,
    listen,
    ...(tls && { tls }),
    ...(admin !== undefined && {
      admin: {
        ...addressOf('--admin', admin),
        ...(flagOf(options, 'adminBeyondLoopback') && { beyondLoopback: true }),
      },
    }),
    log: logLine(call),
  })
  // What was signed just before a restart may have been accepted already.
  if (call.world.stderr.isTTY === true && !skipped)
    call.world.stderr.write('waiting some seconds, in which what was signed before this start loses its time\n')
  await replay.ready()
  const at = await gate.listen()
  print(call, `verifying for ${origin} at ${at.origin} until this command is stopped\n`, at)
  await untilStopped(gate)
  return EXIT.ok
}

/** Options that are as they stand on the command line. */
function partsOf({
  options,
}: Call): Pick<GateOptions, 'upstream' | 'routes' | 'forward' | 'timeoutMs' | 'drainMs' | 'trustedProxies'> {
  const routes = listOf(options, 'route').map((text): Route => {
    const route = routeOf(text)
    return route?.scope === undefined
      ? usage('--route must be a method, a path and a scope, such as "GET /orders/* orders:read" ("none" for no scope)')
      : { ...route, scope: route.scope }
  })
  const trusted = listOf(options, 'trustProxy')
  const [timeout, drain] = [textOf(options, 'timeout'), textOf(options, 'drain')]
  return {
    upstream: wholeUrl(textOf(options, 'upstream') ?? usage('--upstream is missing: :8080, for example')),
    ...(routes.length > 0 && { routes }),
    ...(trusted.length > 0 && { trustedProxies: trusted }),
    ...(flagOf(options, 'coveredOnly') && { forward: 'covered' as const }),
    ...(timeout !== undefined && { timeoutMs: durationMs('--timeout', timeout) }),
    ...(drain !== undefined && { drainMs: durationMs('--drain', drain) }),
    ...insecure(flagOf(options, 'allowHttp')),
  }
}

const addressOf = (option: string, text: string): ListenOptions =>
  listenOf(text) ?? usage(`${option} must be an address and a port, such as 127.0.0.1:8443`)

async function tlsOf({ options, world }: Call): Promise<GateOptions['tls']> {
  const [cert, key] = [textOf(options, 'tlsCert'), textOf(options, 'tlsKey')]
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) return usage('--tls-cert and --tls-key must both be given')
  return { cert: await certificate(cert), key: (await loadSecret(key, { env: world.env })).reveal() }
}
