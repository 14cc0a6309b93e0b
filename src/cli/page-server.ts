import { createServer, type Server } from 'node:http'

/**
 * Serves one page on this machine. It answers for no other name than that of this machine: a page elsewhere whose name leads
 * here (DNS rebinding) gets nothing.
 */
export function pageServer(html: string): Server {
  const bytes = Buffer.from(html)
  // The page states it itself, for when it is opened as a file; what only a field can state is added.
  const [, policy = "default-src 'none'"] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const fields = {
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
  return createServer((request, response) => {
    const refuse = (status: number): void => void response.writeHead(status, { ...fields, 'content-length': 0 }).end()
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i.test(request.headers.host ?? '')) return refuse(421)
    // A page elsewhere may ask, and gets nothing: navigations, which a person makes, have no Origin.
    const { origin } = request.headers
    if (origin !== undefined && origin !== `http://${request.headers.host}`) return refuse(403)
    if (request.url?.split('?')[0] !== '/') return refuse(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    response.writeHead(200, { ...fields, 'content-type': 'text/html; charset=utf-8', 'content-length': bytes.length })
    return response.end(request.method === 'HEAD' ? undefined : bytes)
  })
}
