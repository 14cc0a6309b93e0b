import { bareHost, isThisMachine } from '../../access/this-machine.js'
import { allowInsecure } from '../../message/target.js'
import { defined } from '../../support/defined.js'
import type { ListenOptions } from '../address.js'
import type { Checks } from './checks.js'
import type { Path } from './jsonc.js'

const HOST = /^(\[[^\]]*\]|[^\s/?#:@[\]\\]+)(?::\d{1,5})?(?=$|[/?#])/

/** A URL as people write it: `:8080/x`, `localhost:8080/x` and `127.0.0.1:8080` are of this machine, so of plain http. */
export function wholeUrl(text: string): string {
  // Not `:8080@b.example`, where the port would be a password for another machine.
  if (/^:\d{1,5}(?=$|[/?#])/.test(text)) return `http://localhost${text}`
  const host = HOST.exec(text)?.[1]
  return host !== undefined && isThisMachine(host) ? `http://${text}` : text
}

const LISTEN = /^(?:(.+):)?(\d{1,5})$/

/** `127.0.0.1:8787`, `[::1]:8787` or `8787`. */
export function listenOf(text: string): ListenOptions | undefined {
  const found = LISTEN.exec(text)
  const port = Number(found?.[2])
  if (found === null || port > 65_535) return undefined
  return { port, ...(found[1] !== undefined && { host: bareHost(found[1]) }) }
}

/** A method and a path: `GET /orders/*`, `GET,POST /orders`, `/health`; and what else stands behind, such as a scope. */
export interface RouteText {
  readonly method?: readonly string[]
  readonly path: string
  readonly scope?: string
}

const ROUTE = /^(?:([A-Z][A-Z,]*) +)?(\/\S*)(?: +(\S+))?$/

export function routeOf(text: string): RouteText | undefined {
  const found = ROUTE.exec(text.trim())
  if (found === null) return undefined
  const [, methods, path = '/', scope] = found
  return defined({
    path,
    ...(methods !== undefined && { method: methods.split(',').filter((method) => method !== '') }),
    scope,
  })
}

/** The listening address of a configuration. */
export function readListen(checks: Checks, path: Path, value: unknown): ListenOptions | undefined {
  const text = checks.text(path, value, 'an address and a port such as "127.0.0.1:8787"')
  if (text === undefined) return undefined
  const listen = listenOf(text)
  if (listen === undefined) checks.wrong(path, 'must be an address and a port such as "127.0.0.1:8787"')
  return listen
}

/** Plain http to another machine, where it is allowed by name. */
export const insecure = (allowed: boolean | undefined): { readonly [allowInsecure]?: true } =>
  allowed === true ? { [allowInsecure]: true } : {}
