import { problem } from '../../keyring/api/problem.js'

/** The files of a page by their names, each with its media type. `index.html` is the page; the others have a hash in their names. */
export type PageFiles = Readonly<Record<string, readonly [type: string, text: string]>>

/** Scripts and styles are files of this origin, and nothing else loads, runs, frames or is sent anywhere. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const INDEX = 'index.html'
const ASSETS = '/assets/'
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * The page of a portal: what a path below the base path gets. It is the same for all, so it needs no session.
 *
 * @param files `undefined` for a portal without a page
 */
export function openPage(
  basePath: string,
  files: PageFiles | undefined,
): (pathname: string, method: string) => Response {
  return (pathname, method) => {
    const isPage = pathname === basePath || pathname === `${basePath}/`
    const name = pathname.startsWith(`${basePath}${ASSETS}`) ? pathname.slice(basePath.length + ASSETS.length) : ''
    const wanted = isPage ? INDEX : name
    // Own names only: the path is the client's text.
    const content = files !== undefined && Object.hasOwn(files, wanted) ? files[wanted] : undefined
    if (content === undefined || name === INDEX) return problem(404)
    if (method !== 'GET' && method !== 'HEAD') return problem(405, { headers: { allow: 'GET, HEAD' } })
    // Its files stand below it: without the slash they would be looked for beside it.
    if (pathname === basePath) return new Response(null, { status: 308, headers: { location: `${basePath}/` } })
    const [type, text] = content
    const own: Record<string, string> = isPage
      ? { 'content-security-policy': PAGE_POLICY }
      : { 'cache-control': FOR_EVER }
    return new Response(text, { headers: { ...own, 'content-type': type } })
  }
}
