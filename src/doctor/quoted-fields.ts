import type { HttpRequest } from '../message/message.js'
import type { Finding } from './diagnosis.js'
import { proven } from './finding.js'

// Fields of authentication, none of which may have quotes around its whole value; tags and what a caller stores may.
const OWN =
  /^(?:authorization|(?:x-)?date|(?:content-|repr-)?digest|content-md5|signature(?:-input)?|dpop|x-content-sha256|x-(?:amz|goog|ms|acs|tc|tos|oss|obs|sdk)-(?!meta-)[a-z0-9-]{1,64})$/i
const TAGS = /match|etag/i

const isWrapped = (value: string): boolean =>
  value.length > 2 && (value[0] === '"' || value[0] === "'") && value.at(-1) === value[0]

/**
 * The request without quotes around its fields of authentication, which come out of an .env file, a template or a value that was
 * serialised as JSON; what is wrong besides is looked for behind them.
 */
export function unquoted(given: HttpRequest): {
  readonly request: HttpRequest
  readonly findings: readonly Finding[]
} {
  const { request, findings } = withoutKeyQuotes(withoutMarkup(given))
  const { fields } = request
  const at = fields.flatMap((name, index) =>
    index % 2 === 0 && OWN.test(name) && !TAGS.test(name) && isWrapped((fields[index + 1] as string).trim())
      ? [index]
      : [],
  )
  if (at.length === 0) return { request, findings }
  const bare = [...fields]
  for (const index of at) bare[index + 1] = (fields[index + 1] as string).trim().slice(1, -1)
  return {
    request: { ...request, fields: bare },
    findings: [
      ...findings,
      ...at
        .slice(0, MOST)
        .map((index) =>
          proven(
            'header-quoted',
            `The value of ${fields[index]} has quotes around it.`,
            `${fields[index]} starts and ends with a quote.`,
            'Take the quotes out of the .env file or template, and send texts as they are, not as JSON writes them.',
          ),
        ),
    ],
  }
}

// Between parameters of a query: a value that holds "&amp;" as text has its "&" percent-encoded.
const MARKUP = /&(?:amp;|#38;|#x26;)(?=[\w.[\]%~-]{1,128}=)/gi

/** The request without the markup of HTML or XML in its URL, which is copied out of a page, a mail or an XML file. */
function withoutMarkup(request: HttpRequest): ReturnType<typeof unquoted> {
  const target = request.target.replace(MARKUP, '&')
  return target === request.target
    ? { request, findings: [] }
    : {
        request: { ...request, target },
        findings: [
          proven(
            'url-escaped',
            'The URL is escaped for HTML or XML: "&amp;" stands between its parameters, so that all but the first have other names.',
            'Behind "&amp;" stand the name and the value of a parameter.',
            'Send the URL itself ("&"); where it is put into a page or an XML file, let what reads that unescape it once.',
          ),
        ],
      }
}

// Of AWS and those that follow it, where a key id stands bare before its scope.
const KEY = /\b(Credential=)(["'])([^"'/,]{1,128})\2(?=\/|,|$)/

/** The request without quotes around the key id in Authorization. */
function withoutKeyQuotes({ request, findings }: ReturnType<typeof unquoted>): ReturnType<typeof unquoted> {
  const { fields } = request
  const at = fields.findIndex((value, index) => index % 2 === 1 && KEY.test(value))
  if (at === -1) return { request, findings }
  const bare = fields.map((value, index) => (index === at ? value.replace(KEY, '$1$3') : value))
  return {
    request: { ...request, fields: bare },
    findings: [
      ...findings,
      proven(
        'key-quoted',
        'The key id has quotes around it, so that the other side knows no such key.',
        `Credential in ${fields[at - 1]} begins with a quote.`,
        'Take the quotes out of the .env file or variable: docker --env-file and some readers keep them.',
      ),
    ],
  }
}

const MOST = 8
