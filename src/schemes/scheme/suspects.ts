import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import type { HttpRequest } from '../../message/message.js'
import type { Problem } from './scheme-reading.js'

/** What may be wrong with a request of any scheme where nothing that is known leads to its signature. */

// RFC 1918, loopback, and names without a dot or of a cluster.
const PRIVATE =
  /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[|localhost(?::|$)|[^.:]+(?::\d+)?$|[^:]+\.(?:local|internal|svc|cluster|test)(?::|$))/i

/** A host that no sender on the internet can have called. */
export const hostSuspects = ({ authority }: HttpRequest): readonly Problem[] =>
  PRIVATE.test(authority)
    ? [
        {
          id: 'host-not-public',
          certainty: 'likely',
          cause: 'The host is that of a machine behind a proxy, and no sender can have called and signed it.',
          evidence: `The request has arrived at ${authority}, and the host is signed.`,
          fix: 'Verify with the host that stands with the sender (publicUrl, publicOrigin), or let the proxy pass Host on; give the doctor the request with that host.',
        },
      ]
    : []

/** Characters that a decoder put in place of bytes it could not read. */
export const decoderSuspects = ({ body }: HttpRequest): readonly Problem[] => {
  const text = body instanceof Uint8Array ? (utf8Decode(body) ?? '') : ''
  return text.includes('\ufffd')
    ? [
        {
          id: 'body-replaced-characters',
          certainty: 'likely',
          cause:
            'The body holds U+FFFD: characters were lost when it was decoded, so that its bytes are not those that were signed.',
          evidence:
            'A decoder writes U+FFFD for bytes that are no UTF-8, or for half a character at the end of a chunk.',
          fix: 'Collect the bytes (Buffer.concat) and verify those; decode once, behind the verifier, and not chunk by chunk.',
        },
      ]
    : ASCII_MARKS.test(text)
      ? [
          {
            id: 'body-replaced-characters',
            certainty: 'possible',
            cause: 'The body holds question marks in a row, as an encoder of ASCII writes them for an emoji or letter.',
            evidence:
              'Two or more "?" follow each other within a text, and no mistake that is known leads to the signature.',
            fix: 'Verify the bytes as they were received; where text has to be encoded, as UTF-8 (.NET: Encoding.UTF8, not Encoding.ASCII).',
          },
        ]
      : []
}

const LARGE_BODY = 65_536
// JSON, or the first pair of a form.
const READABLE = /^(?:[[{]|[\w.[\]%-]{1,64}=[ -~]{0,64}(?:&|$))/
const IN_BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/

/** A body that was wrapped on its way: behind a mark, in quotes, or in base64. */
export const wrappedSuspects = ({ body, fields }: HttpRequest): readonly Problem[] => {
  if (!(body instanceof Uint8Array) || body.length === 0 || body.length > LARGE_BODY) return []
  const type = fields.find((_, at) => at % 2 === 1 && (fields[at - 1] as string).toLowerCase() === 'content-type')
  const found = (id: string, cause: string, evidence: string): readonly Problem[] => [
    {
      id,
      certainty: 'likely',
      cause,
      evidence,
      fix: 'Sign, send and verify the same bytes: those of the JSON itself, as they were serialised once.',
    },
  ]
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf)
    return found('body-byte-order-mark', 'A byte order mark stands before the body.', 'It begins with EF BB BF.')
  const text = utf8Decode(body) ?? ''
  if (type !== undefined && !/json|form|text/i.test(type)) return []
  if (text.length > 4 && /^"[\s\S]*"$/.test(text) && /^"\s{0,8}[[{]/.test(text))
    return found(
      'body-quoted',
      'The body is a text in quotes, with the JSON in it: it was serialised twice.',
      'It begins and ends with a quote.',
    )
  if (IN_BASE64.test(text) && READABLE.test(utf8Decode(base64Decode(text) ?? new Uint8Array(0)) ?? ''))
    return found('body-base64', 'The body is in base64.', 'Decoded from base64 it is JSON or a form.')
  return []
}

// RFC 3986 2: what no URL may hold as it is. A program that encodes it later sends another text than it signed.
const RAW = /[\s"<>\\^`{|}]|[^\x21-\x7e]/
const TWICE = /%25(?:2[0-9A-F]|3[A-F]|40|5[BD]|7[BCD]|[C-F][0-9A-F]%25[89AB][0-9A-F])/i

/** Percent-encoding of path and query that no client sends, or hardly ever. */
export const encodingSuspects = ({ target }: HttpRequest): readonly Problem[] => {
  const part = /^[^?]*(?:%25|[^\x21-\x7e])/.test(target) ? 'path' : 'query'
  if (RAW.test(target))
    return [
      {
        id: 'target-not-encoded',
        certainty: 'likely',
        cause:
          'The URL holds characters that have to be percent-encoded: what is signed and what is sent differ by that.',
        evidence: 'A space, a quote or bracket, or another character that no URL may hold, stands in path or query.',
        fix: 'Encode names and values once (%XX of their bytes in UTF-8), then sign and send that very text.',
      },
    ]
  return TWICE.test(target)
    ? [
        {
          id: `${part}-encoded-twice`,
          certainty: 'possible',
          cause: `A part of the ${part} is percent-encoded twice.`,
          evidence: '"%25" stands before the digits of another character.',
          fix: 'Encode each value once, and do not encode the finished URL again; sign the text that is sent.',
        },
      ]
    : []
}

const BODY_TYPE = /json|form|xml/i

/** A method and a type of a body that is not there. */
export const bodySuspects = ({ method, fields, body }: HttpRequest): readonly Problem[] => {
  const sentAs = (name: string): string | undefined =>
    fields.find((_, at) => at % 2 === 1 && (fields[at - 1] as string).toLowerCase() === name)
  const length = Number(sentAs('content-length') ?? 'none')
  const isEmpty = !(body instanceof Uint8Array) || body.length === 0
  if (
    !isEmpty ||
    length === 0 ||
    !(length > 0 || (/^(?:POST|PUT|PATCH)$/.test(method) && BODY_TYPE.test(sentAs('content-type') ?? '')))
  )
    return []
  return [
    {
      id: 'body-missing',
      certainty: 'likely',
      cause: 'The body is not there: it was lost behind the signature, or left out of what was pasted.',
      evidence:
        length > 0
          ? `Content-Length is ${length}, and there is no byte.`
          : `The request has a Content-Type and the method ${method}, and no body.`,
      fix: 'Check what the client has sent (a redirect, a body that was read before, a method that takes none); give the doctor the request with its body.',
    },
  ]
}

// Two for each character outside the basic plane; not the end of a question.
const ASCII_MARKS = /[\s>"]\?{2,8}(?=[\s<"\\])/

/** A query whose "?" was percent-encoded with the path. */
export const targetSuspects = ({ target }: HttpRequest): readonly Problem[] =>
  /^[^?]*%3F[^/?]{1,256}(?:=|%3D)/i.test(target)
    ? [
        {
          id: 'path-question-mark',
          certainty: 'likely',
          cause: 'The "?" before the query was percent-encoded, so that the query has become a part of the path.',
          evidence: 'The path holds "%3F" with a name and a value behind it.',
          fix: 'Encode the segments of the path, and put "?" and the query behind them: give the client the URL whole, not a path that it encodes.',
        },
      ]
    : []

/** A signed URL that is used for something else than it was made for. */
export const urlSuspects = ({ method, fields }: HttpRequest): readonly Problem[] => {
  const at = fields.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type')
  const type = at === -1 ? 'without a content type' : `with the content type ${fields[at + 1]}`
  return [
    {
      id: 'url-other-use',
      certainty: 'likely',
      cause:
        'The URL was signed for another use than this one: another method, another content type (or one where none is sent), or other headers.',
      evidence: `It is used with ${method} and ${type}; what it was signed for is in none of its parts.`,
      fix: 'Sign the URL for the very method, content type and headers that it is used with, and send those: a content type that was signed has to be sent, and one that was not must not be.',
    },
  ]
}
