import { PLACE } from '../../proxy/config/checks.js'
import { insecure, listenOf, routeOf, wholeUrl } from '../../proxy/config/parts.js'
import { readProxyConfig } from '../../proxy/config/proxy-config.js'
import { createSigningProxy, type SigningProxyOptions } from '../../proxy/signing/proxy.js'
import type { ProxyRoute, ProxyTarget } from '../../proxy/signing/target.js'
import { rfc9421 } from '../../schemes/rfc9421/signer.js'
import type { Signer } from '../../schemes/scheme.js'
import { durationMs } from '../durations.js'
import { accountOf } from '../exchange-signer.js'
import { EXIT } from '../exit-codes.js'
import { namingOptions } from '../option-errors.js'
import { signatureOptions } from '../signature-options.js'
import { signingKeyOf } from '../signing-key.js'
import { bytesOf } from '../sizes.js'
import { logLine, untilStopped } from '../until-stopped.js'
import { usage } from '../usage.js'
import { type Call, flagOf, listOf, type Options, print, textOf } from '../world.js'

/** `proxy`: signs what is sent through it, until it is stopped. */
export const run = (call: Call): Promise<number> => namingOptions(call, () => serve(call))

async function serve(call: Call): Promise<number> {
  const options = await optionsOf(call)
  const check = flagOf(call.options, 'check')
  const proxy = createSigningProxy({ ...options, log: logLine(call) })
  if (check) {
    print(call, `the configuration is in order: ${options.targets.length} target(s)\n`, { ok: true })
    return EXIT.ok
  }
  const { origin, port } = await proxy.listen()
  print(call, `signing what is sent to ${origin} until this command is stopped\n`, { origin, port })
  await untilStopped(proxy)
  return EXIT.ok
}

const FILE_ONLY = ['target', 'key', 'exchange', 'secret', 'route', 'prefix'] as const

/** Targets, keys and policy, from the command line or a file. */
export async function optionsOf(call: Call): Promise<SigningProxyOptions> {
  const { options, world } = call
  const file = textOf(options, 'config')
  const listen = textOf(options, 'listen')
  const place =
    listen === undefined
      ? undefined
      : (listenOf(listen) ?? usage('--listen must be an address and a port, such as 127.0.0.1:8787'))
  const beyond = flagOf(options, 'listenBeyondLoopback') ? { beyondLoopback: true } : {}
  const hosts = listOf(options, 'host')
  if (file === undefined) {
    const target = await targetOf(call)
    return { targets: [target], listen: { port: 8787, ...place, ...beyond }, ...(hosts.length > 0 && { hosts }) }
  }
  const other = FILE_ONLY.find((name) => options[name] !== undefined)
  if (other !== undefined) usage(`--${other} must be left out beside --config, which says it`)
  const read = await readProxyConfig(file, { env: world.env })
  return {
    ...read,
    listen: { port: 8787, ...read.listen, ...place, ...beyond },
    ...(hosts.length > 0 && { hosts: [...(read.hosts ?? []), ...hosts] }),
  }
}

/** The one target of the command line. */
async function targetOf(call: Call): Promise<ProxyTarget> {
  const { options } = call
  const target = textOf(options, 'target')
  const isExchange = textOf(options, 'exchange') !== undefined
  if (target === undefined && !isExchange)
    usage('--target is missing: https://api.example.com, for example (or --exchange, or --config)')
  const routes = listOf(options, 'route').map((text): ProxyRoute => {
    const route = routeOf(text)
    return route === undefined || route.scope !== undefined
      ? usage('--route must be a method and a path, such as "GET /orders/*"')
      : route
  })
  const timeout = textOf(options, 'timeout')
  const maxBody = textOf(options, 'maxBody')
  return {
    signer: isExchange ? await accountOf(call.world, options) : await signerOf(call),
    ...(target !== undefined && { target: wholeUrl(target) }),
    ...(routes.length > 0 && { routes }),
    ...(timeout !== undefined && { timeoutMs: durationMs('--timeout', timeout) }),
    ...(maxBody !== undefined && { maxBodyBytes: bytesOf('--max-body', maxBody) }),
    ...insecure(flagOf(options, 'allowHttp')),
  }
}

/** RFC 9421 with a key pair of `--key`, or a shared secret of `--secret` (which is HMAC unless another algorithm is given). */
async function signerOf({ world, options }: Call): Promise<Signer> {
  const secret = textOf(options, 'secret')
  const key = textOf(options, 'key')
  if (secret !== undefined && key !== undefined && PLACE.test(key))
    usage('--secret must be left out beside --key with a place: without --exchange either is the key')
  const given: Options =
    secret === undefined
      ? options
      : { ...options, key: secret, algorithm: sharedAlgorithm(textOf(options, 'algorithm')), keyId: keyIdOf(options) }
  return rfc9421({ key: await signingKeyOf(world, given), ...signatureOptions(options) })
}

/** Ed25519 is what the option falls back to, and no shared secret. */
const sharedAlgorithm = (stated: string | undefined): string =>
  stated?.startsWith('hmac-') === true ? (stated as string) : 'hmac-sha256'

/** Beside `--secret` a `--key` that is no place is what the server knows the secret by. */
const keyIdOf = (options: Options): string =>
  textOf(options, 'keyId') ??
  textOf(options, 'key') ??
  usage('--key-id is missing: a shared secret has no public half to be called by')
