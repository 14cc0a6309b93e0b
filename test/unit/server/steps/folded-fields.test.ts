import { createServer } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import type { Coverage } from '../../../../src/schemes/scheme.js'
import { assertUnfolded, FOLDED_FIELDS } from '../../../../src/server/steps/unambiguous.js'

// Registered names (IANA, Message Headers) of HTTP/1.1, with a few unregistered ones.
const NAMES =
  `a-im accept accept-charset accept-ch accept-datetime accept-encoding accept-language accept-patch accept-post
accept-ranges accept-signature access-control-allow-credentials access-control-allow-headers access-control-allow-methods
access-control-allow-origin access-control-expose-headers access-control-max-age access-control-request-headers
access-control-request-method age allow alpn alt-svc alt-used authentication-control authentication-info authorization cache-control
cache-status capsule-protocol cdn-cache-control cdn-loop clear-site-data close connection content-digest content-disposition
content-encoding content-language content-length content-location content-md5 content-range content-security-policy content-type
cookie cross-origin-embedder-policy cross-origin-opener-policy cross-origin-resource-policy dasl date dav depth deprecation destination
digest dnt dpop dpop-nonce early-data etag expect expires forwarded from hobareg host http2-settings if if-match if-modified-since
if-none-match if-range if-schedule-tag-match if-unmodified-since im keep-alive label last-event-id last-modified link location
lock-token max-forwards mime-version negotiate nel optional-www-authenticate ordering-type origin origin-agent-cluster oscore
overwrite ping-from ping-to position pragma prefer preference-applied priority proxy-authenticate proxy-authentication-info
proxy-authorization proxy-connection proxy-status range redirect-ref referer refresh repr-digest retry-after
save-data schedule-reply schedule-tag sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-purpose
sec-token-binding sec-websocket-accept sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version server
server-timing set-cookie signature signature-input slug soapaction status-uri strict-transport-security sunset surrogate-capability
surrogate-control tcn te timeout topic trailer ttl upgrade-insecure-requests urgency user-agent variant-vary vary via
want-content-digest want-repr-digest warning www-authenticate x-api-key x-content-type-options x-forwarded-for x-forwarded-host
x-forwarded-proto x-frame-options x-http-method-override x-real-ip x-request-id x-own`.split(/\s+/)

/** What Node shows of two lines of each field; `undefined` where its parser refuses them. */
async function shownByNode(): Promise<ReadonlyMap<string, unknown>> {
  const shown = new Map<string, unknown>()
  const server = createServer((request, response) => {
    const name = request.rawHeaders[2]?.toLowerCase() as string
    shown.set(name, request.headers[name])
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  for (const name of NAMES) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `GET / HTTP/1.1\r\nX-First: 1\r\n${name}: aa\r\n${name}: bb\r\n${name === 'host' ? '' : 'Host: h\r\n'}\r\n`,
        ),
      )
      socket.on('data', () => socket.destroy())
      socket.on('error', () => {}).on('close', () => resolve())
    })
  }
  server.closeAllConnections()
  server.close()
  return shown
}

describe('FOLDED_FIELDS', () => {
  it('are the fields of which Node does not show several lines as RFC 9421 combines them', async () => {
    const shown = await shownByNode()
    const folded = [...shown].filter(([, value]) => value !== 'aa, bb').map(([name]) => name)
    // Two lengths do not get through the parser; a base refuses two cookies to set, unless they are covered as bytes.
    expect([...folded, 'content-length'].toSorted()).toEqual([...FOLDED_FIELDS, 'set-cookie'].toSorted())
    expect(shown.get('cookie')).toBe('aa; bb')
    expect(shown.get('user-agent')).toBe('aa')
    expect(shown.get('set-cookie')).toEqual(['aa', 'bb'])
    expect(shown.get('x-own')).toBe('aa, bb')
  })
})

/** The text of the refusal of a request with these lines, `ok` without one. */
function judge(covers: readonly Coverage[], covered: readonly string[], ...fields: readonly string[]): string {
  try {
    assertUnfolded({ covers: new Set(covers), covered }, fields)
    return 'ok'
  } catch (error) {
    return isCountersignError(error, 'HEADER_DUPLICATE') ? error.message : `a bug: ${String(error)}`
  }
}

describe('several lines of a covered field that hosts do not combine', () => {
  const refused = (name: string) => `the covered field "${name}" is repeated, and hosts do not combine its lines`
  const two = ['Cookie', 'a=1', 'x-a', 'b', 'cookie', 'b=2']
  it.each<readonly [string, readonly Coverage[], readonly string[], readonly string[], string]>([
    ['are refused', ['path', 'field:cookie'], [], two, refused('cookie')],
    ['are refused where a later fact covers them', ['field:x-a', 'field:cookie'], [], two, refused('cookie')],
    [
      'are refused beside those of another one',
      ['field:cookie'],
      [],
      ['age', '1', 'Age', '1', ...two],
      refused('cookie'),
    ],
    ['are refused where a part of it is covered', [], ['"@path"', '"cookie";key="a"'], two, refused('cookie')],
    ['are refused where it is covered by name', [], ['"cookie"'], two, refused('cookie')],
    ['are refused where a form of it is covered', [], ['"cookie";sf'], two, refused('cookie')],
    ['are no matter of an identifier that only holds the name', [], ['(cookie)', 'xcookiex'], two, 'ok'],
    ['are one where there is one', ['field:cookie'], ['"cookie"'], two.slice(2), 'ok'],
    [
      'are one where another one is repeated',
      ['field:cookie'],
      ['"cookie"'],
      ['age', '1', 'Age', '1', 'cookie', 'a'],
      'ok',
    ],
    ['are none where there is none', ['field:cookie'], ['"cookie"'], ['x-a', 'b'], 'ok'],
    ['are no matter where it is not covered', ['path', 'field:x-a'], ['"@path"', '"x-a"'], two, 'ok'],
    ['are not those of a request to an answer', ['request:cookie' as Coverage], ['cookie'], two, 'ok'],
    ['are not the values of two other fields', ['field:cookie'], [], ['x-a', 'cookie', 'x-b', 'cookie'], 'ok'],
    ['are combined where hosts do that', ['field:x-a'], ['"x-a"'], ['x-a', '1', 'X-A', '2'], 'ok'],
  ])('several lines of one field %s', (_, covers, covered, fields, expected) => {
    expect(judge(covers, covered, ...fields)).toBe(expected)
  })
})
