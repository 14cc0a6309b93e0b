import type { PortalProblem, PortalSession } from '../contract.js'

/** An answer of the portal that is no 2xx, or none at all (`status` 0). */
export class WireProblem extends Error {
  readonly status: number
  readonly code: string | undefined
  readonly detail: string | undefined
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | undefined

  constructor(status: number, { code, detail }: Partial<PortalProblem>, retryAfter?: number) {
    super(code ?? `HTTP ${status}`)
    this.status = status
    this.code = code
    this.detail = detail
    this.retryAfter = retryAfter
  }
}

type Query = Readonly<Record<string, string | number | undefined>>

/** The portal's routes, with the session's token in everything that changes something. */
export interface Wire {
  session(): Promise<PortalSession>
  get<T>(path: string, query?: Query): Promise<T>
  post<T>(path: string, body?: object): Promise<T>
  patch<T>(path: string, body: object): Promise<T>
}

export const problemOf = (error: unknown): WireProblem =>
  error instanceof WireProblem ? error : new WireProblem(0, { code: 'NETWORK', detail: String(error) })

/** @param base the portal's base path or URL, with or without a slash at the end */
export function createWire(base: string, onSignedOut: () => void): Wire {
  const root = new URL(`${base.replace(/\/+$/, '')}/api/`, document.baseURI)
  let csrf = ''

  async function ask<T>(method: string, path: string, query: Query, body: object | undefined): Promise<T> {
    const url = new URL(path, root)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const response = await fetch(url, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'same-origin',
      ...(method !== 'GET' && {
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        body: JSON.stringify(body ?? {}),
      }),
    }).catch((error: unknown) => {
      throw new WireProblem(0, { code: 'NETWORK', detail: String(error) })
    })
    if (response.ok) return (await response.json()) as T
    const problem = (await response.json().catch(() => ({}))) as Partial<PortalProblem>
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
    if (response.status === 401) onSignedOut()
    throw new WireProblem(response.status, problem, Number.isFinite(wait) ? wait : undefined)
  }

  async function session(): Promise<PortalSession> {
    const answer = await ask<PortalSession>('GET', 'session', {}, undefined)
    csrf = answer.csrf
    return answer
  }

  async function change<T>(method: string, path: string, body: object | undefined): Promise<T> {
    try {
      return await ask<T>(method, path, {}, body)
    } catch (error) {
      // The person signed in again in another tab: the token belongs to a session that is over. Nothing was done yet.
      if (!(error instanceof WireProblem) || error.code !== 'CSRF') throw error
      await session()
      return ask<T>(method, path, {}, body)
    }
  }

  return {
    session,
    get: (path, query = {}) => ask('GET', path, query, undefined),
    post: (path, body) => change('POST', path, body),
    patch: (path, body) => change('PATCH', path, body),
  }
}
