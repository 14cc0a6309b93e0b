import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { ANSWER_FIELDS } from '../../../console/portal/answer.js'
import type { PortalLogin } from '../../../console/portal/login.js'
import { windowLimiter } from '../../../console/portal/rate.js'
import type { Clock } from '../../../sources/monotonic-clock.js'

/** How long the link is good for. */
export const LINK_MS = 15 * 60_000
/** How long a session lasts, used or not. */
const SESSION_MS = 8 * 3_600_000
const COOKIE = 'countersign_keys'
const TOKEN_BYTES = 32
const TRIES = { limit: 20, windowMs: 60_000 }

/** How one administrator gets in: by a link that works once. */
export interface ConsoleLogin {
  /** The path of the link. It holds the token: for the terminal, and nowhere else. */
  readonly path: string
  /** Answers a request that follows the link; `undefined` for any other. */
  enter(request: Request): Response | undefined
  session(request: Request): PortalLogin | undefined
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()
const answer = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(
    status === 303 ? null : 'This link was used, or is too old. Start the command again for another one.\n',
    {
      status,
      headers: { ...ANSWER_FIELDS, 'content-type': 'text/plain; charset=utf-8', ...headers },
    },
  )

/**
 * A link that is exchanged, once and within a quarter of an hour, for a cookie that no script reads and no other site sends.
 * Both are 256 random bits, of which hashes are kept and compared in constant time.
 */
export function consoleLogin(
  { basePath, isSecure, clock }: { readonly basePath: string; readonly isSecure: boolean; readonly clock: Clock },
  administrator: Omit<PortalLogin, 'id'>,
): ConsoleLogin {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const linkEndsMs = clock.now() + LINK_MS
  const tries = windowLimiter(TRIES, () => clock.now())
  const enterPath = `${basePath}/enter/`
  let link: Buffer | undefined = hashOf(token)
  let session: { readonly hash: Buffer; readonly endsMs: number } | undefined

  const isLink = (stated: string): boolean => {
    if (link === undefined || !(clock.now() < linkEndsMs)) return false
    return timingSafeEqual(hashOf(stated), link)
  }
  return {
    path: `${enterPath}${token}`,
    enter: (request) => {
      const { pathname } = new URL(request.url)
      if (!pathname.startsWith(enterPath)) return undefined
      if (request.method !== 'GET') return answer(405, { allow: 'GET' })
      // A page of another site must not use it up, and what loads links in advance is no person.
      const [mode, site] = [request.headers.get('sec-fetch-mode'), request.headers.get('sec-fetch-site')]
      if ((mode !== null && mode !== 'navigate') || site === 'cross-site' || site === 'same-site') return answer(403)
      if ((tries.take('enter', 1) as { ok: boolean }).ok !== true) return answer(429, { 'retry-after': '60' })
      if (!isLink(pathname.slice(enterPath.length))) return answer(404)
      link = undefined
      const value = randomBytes(TOKEN_BYTES).toString('base64url')
      session = { hash: hashOf(value), endsMs: clock.now() + SESSION_MS }
      const cookie = [
        `${COOKIE}=${value}`,
        `Path=${basePath}`,
        `Max-Age=${SESSION_MS / 1_000}`,
        'HttpOnly',
        'SameSite=Strict',
      ]
      return answer(303, {
        location: `${basePath}/`,
        'set-cookie': [...cookie, ...(isSecure ? ['Secure'] : [])].join('; '),
      })
    },
    session: (request) => {
      const values = (request.headers.get('cookie') ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${COOKIE}=`))
        .map((pair) => pair.slice(COOKIE.length + 1))
      const [value, ...more] = values
      // Two of one name are one of ours and one of another: which, a server cannot know.
      if (value === undefined || more.length > 0 || session === undefined || !(clock.now() < session.endsMs))
        return undefined
      return timingSafeEqual(hashOf(value), session.hash) ? { ...administrator, id: value } : undefined
    },
  }
}
