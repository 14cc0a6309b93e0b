import { open } from 'node:fs/promises'
import process from 'node:process'
import { fail, isCountersignError, nearest } from '../../errors.js'
import type { Signer } from '../../schemes/scheme.js'
import { defined } from '../../support/defined.js'
import { type Address, addressOf, isItself } from '../address.js'
import type { SigningProxyOptions } from '../signing/proxy.js'
import { openTarget, type ProxyRoute, type ProxyTarget } from '../signing/target.js'
import { type Checks, checksOf } from './checks.js'
import { type Path, readJsonc } from './jsonc.js'
import { type KeyWorld, readKey } from './keys.js'
import { insecure, readListen, routeOf, wholeUrl } from './parts.js'
import { readTls } from './tls.js'

const TOP = ['listen', 'beyondLoopback', 'hosts', 'tls', 'graceMs', 'keys', 'targets']
const TARGET = [
  ...['target', 'key', 'prefix', 'routes', 'maxBodyBytes', 'maxStreamBytes', 'timeoutMs', 'connections', 'allowHttp'],
]

/**
 * The options of a signing proxy from a file of JSON with comments. It is checked as a whole, keys and files included, before anything
 * of it is used.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with every problem, one per line, each with the file's name and line.
 */
export async function readProxyConfig(file: string, world: KeyWorld = {}): Promise<SigningProxyOptions> {
  const document = readJsonc(await textOf(file), file)
  const checks = checksOf(document, file)
  const top = checks.members([], document.value, TOP) ?? {}
  const listen = readListen(checks, ['listen'], top['listen'])
  const beyondLoopback = checks.flag(['beyondLoopback'], top['beyondLoopback'])
  const hosts = checks.list(['hosts'], top['hosts']) as readonly string[]
  const graceMs = checks.integer(['graceMs'], top['graceMs'], 0, 600_000)
  const tls = await readTls(checks, ['tls'], top['tls'], world)
  const where = defined({ ...listen, beyondLoopback })
  const address = await checks.attempt(top['listen'] === undefined ? [] : ['listen'], () => addressOf('proxy', where))
  const signers = await readKeys(checks, top['keys'], world)
  const targets = await readTargets(checks, top['targets'], signers, address)
  checks.end()
  return defined({
    targets,
    listen: where,
    ...(hosts.length > 0 && { hosts }),
    graceMs,
    tls,
  })
}

/**
 * The text of a configuration.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a file that cannot be read, and for one that other users may write: they would
 *   choose what is signed, and who is let in.
 */
export async function textOf(file: string): Promise<string> {
  try {
    const opened = await open(file)
    try {
      const { mode } = await opened.stat()
      if (process.platform !== 'win32' && (mode & 0o002) !== 0)
        fail(
          'CONFIG_INVALID',
          `${file} must not be writable by other users (chmod o-w), its mode is 0${(mode & 0o777).toString(8)}`,
        )
      return await opened.readFile('utf8')
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (isCountersignError(error)) throw error
    return fail(
      'CONFIG_INVALID',
      `${file} must be a file that can be read, got ${(error as NodeJS.ErrnoException).code ?? 'an error'}`,
    )
  }
}

/** Signers by their names in the file; undefined for one that has a problem. */
async function readKeys(checks: Checks, value: unknown, world: KeyWorld): Promise<Map<string, Signer | undefined>> {
  if (value === undefined) checks.wrong([], 'the configuration must have "keys"')
  const entries = Object.entries(checks.members(['keys'], value, Object.keys(Object(value))) ?? {})
  const read = await Promise.all(
    entries.map(async ([name, one]) => [name, await readKey(checks, ['keys', name], one, world)] as const),
  )
  return new Map(read)
}

async function readTargets(
  checks: Checks,
  value: unknown,
  signers: ReadonlyMap<string, Signer | undefined>,
  address: Address | undefined,
): Promise<readonly ProxyTarget[]> {
  if (value === undefined) checks.wrong([], 'the configuration must have "targets"')
  const given = checks.list(['targets'], value)
  if (Array.isArray(value) && given.length === 0) checks.wrong(['targets'], 'must have at least one target')
  const targets: ProxyTarget[] = []
  const used = new Set<string>()
  const prefixes = new Map<string, number>()
  for (const [at, one] of given.entries()) {
    const path: Path = ['targets', at]
    const members = checks.members(path, one, TARGET)
    if (members === undefined) continue
    const prefix = checks.text([...path, 'prefix'], members['prefix'], 'a path such as "/okx"') ?? '/'
    const other = prefixes.get(prefix)
    if (other !== undefined)
      checks.wrong(
        members['prefix'] === undefined ? path : [...path, 'prefix'],
        `must not be that of "targets[${other}]" too: "${prefix}"`,
      )
    else prefixes.set(prefix, at)
    const signer = signerOf(checks, [...path, 'key'], members['key'], signers, used)
    const stated = checks.text([...path, 'target'], members['target'], 'https://host[:port]')
    const target = stated && wholeUrl(stated)
    refuseItself(checks, [...path, 'target'], target, address)
    const routes = readRoutes(checks, [...path, 'routes'], members['routes'])
    const numbers = Object.fromEntries(
      (
        [
          ['maxBodyBytes', 0, Number.MAX_SAFE_INTEGER],
          ['maxStreamBytes', 0, Number.MAX_SAFE_INTEGER],
          ['timeoutMs', 1, 600_000],
          ['connections', 1, 1_024],
        ] as const
      ).flatMap(([name, from, to]) => {
        const number = checks.integer([...path, name], members[name], from, to)
        return number === undefined ? [] : [[name, number]]
      }),
    )
    const allowHttp = checks.flag([...path, 'allowHttp'], members['allowHttp'])
    if (signer === undefined) continue
    const made: ProxyTarget = defined({
      signer,
      prefix,
      target,
      routes,
      ...numbers,
      ...insecure(allowHttp),
    })
    // What only the whole of a target shows: an origin that its signer is not for, routes that overlap.
    await checks.attempt(path, () => void openTarget(made, `targets[${at}]`))
    targets.push(made)
  }
  for (const name of signers.keys())
    if (!used.has(name)) checks.wrong(['keys', name], 'must be the key of a target: it is used by none')
  return targets
}

function signerOf(
  checks: Checks,
  path: Path,
  value: unknown,
  signers: ReadonlyMap<string, Signer | undefined>,
  used: Set<string>,
): Signer | undefined {
  const name = checks.text(path, value, 'a name of "keys"')
  if (value === undefined) checks.wrong(path.slice(0, -1), 'must have "key", a name of "keys"')
  if (name === undefined) return undefined
  if (!signers.has(name)) {
    const near = nearest(name, [...signers.keys()])
    checks.wrong(path, `must be a name of "keys"${near === undefined ? '' : `; did you mean "${near}"?`}`)
    return undefined
  }
  used.add(name)
  return signers.get(name)
}

/** `"GET /orders/*"`, or `{ "method": "GET", "path": "/orders/*" }`. */
function readRoutes(checks: Checks, path: Path, value: unknown): readonly ProxyRoute[] | undefined {
  if (value === undefined) return undefined
  const routes: ProxyRoute[] = []
  const seen = new Map<string, number>()
  for (const [at, one] of checks.list(path, value).entries()) {
    const own: Path = [...path, at]
    const route =
      typeof one === 'string' ? routeOf(one) : (checks.members(own, one, ['method', 'path']) as ProxyRoute | undefined)
    if (route === undefined || 'scope' in route) {
      if (typeof one === 'string') checks.wrong(own, 'must be a method and a path such as "GET /orders/*"')
      continue
    }
    const [methods = ['']] = [route.method].flatMap((method) => (method === undefined ? [] : [[method].flat()]))
    for (const method of methods as readonly string[]) {
      const key = `${method} ${String(route.path)
        .toLowerCase()
        .replace(/\/:[^/]+/g, '/:')}`
      const before = seen.get(key)
      if (before !== undefined)
        checks.wrong(own, `must not overlap: it matches the same requests as "routes[${before}]"`)
      else seen.set(key, at)
    }
    routes.push(route)
  }
  return routes
}

/** A proxy that is its own target would sign without an end. */
function refuseItself(checks: Checks, path: Path, target: string | undefined, address?: Address): void {
  if (target === undefined || address === undefined || address.port === 0 || !URL.canParse(target)) return
  if (isItself(target, address, address.port)) checks.wrong(path, 'must be another server, got the proxy itself')
}
