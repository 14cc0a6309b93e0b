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
export function unquoted(request: HttpRequest): {
  readonly request: HttpRequest
  readonly findings: readonly Finding[]
} {
  const { fields } = request
  const at = fields.flatMap((name, index) =>
    index % 2 === 0 && OWN.test(name) && !TAGS.test(name) && isWrapped((fields[index + 1] as string).trim())
      ? [index]
      : [],
  )
  if (at.length === 0) return { request, findings: [] }
  const bare = [...fields]
  for (const index of at) bare[index + 1] = (fields[index + 1] as string).trim().slice(1, -1)
  return {
    request: { ...request, fields: bare },
    findings: at
      .slice(0, MOST)
      .map((index) =>
        proven(
          'header-quoted',
          `The value of ${fields[index]} has quotes around it.`,
          `${fields[index]} starts and ends with a quote.`,
          'Take the quotes out of the .env file or template, and send texts as they are, not as JSON writes them.',
        ),
      ),
  }
}

const MOST = 8
