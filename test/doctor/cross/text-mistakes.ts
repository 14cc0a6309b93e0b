import { createHash } from 'node:crypto'
import type { Bytes } from '../../../src/crypto/key.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { splitTarget } from '../../../src/message/target.js'
import type { KeyMistakeOf } from './key-mistakes.js'
import type { Source } from './source.js'

/** Another text than the one to sign is signed. */
// Where lines of named fields are signed, a value is in its line or its line is left out.
const OF_FIELDS = /^(?:RFC 9421|SigV4|draft-cavage|DPoP)/
const AT_ONCE = new Set([
  'the time left out',
  'the key id left out',
  'the text in small letters',
  'the text percent-encoded',
  'the path with the host',
])

const text = (
  name: string,
  causes: RegExp,
  change: (base: string, message: HttpRequest, source: Source) => string | undefined,
): KeyMistakeOf => ({
  name,
  causes,
  make: (source, message) => {
    if (AT_ONCE.has(name) && OF_FIELDS.test(source.family)) return undefined
    let changes = false
    const base = (one: Bytes): Bytes => {
      if (typeof one !== 'string') return one
      const changed = change(one, message, source)
      changes = changed !== undefined && changed !== one
      return changed ?? one
    }
    const { request } = source.sign(message, { base })
    return changes ? request : undefined
  },
})

const bodyOf = ({ body }: HttpRequest): string => (body instanceof Uint8Array ? new TextDecoder().decode(body) : '')
const LINES =
  /line-break|line-endings|text-(?:separators|end|space|of-parts|part-left-out|line-break)|base-line-break|lines|sas-line|text-frame/
const ms = ({ nowMs }: Source): string => String(nowMs)
const s = ({ nowMs }: Source): string => String(nowMs / 1000)

/** Whole numbers alone: a nonce of microseconds holds the milliseconds. */
const swapped = (base: string, one: string, other: string): string | undefined => {
  const found = new RegExp(`(?<!\\d)${one}(?!\\d)`, 'g')
  return found.test(base) ? base.replace(found, other) : undefined
}

export const SIGNED_TEXT_MISTAKES: readonly KeyMistakeOf[] = [
  text('the method in small letters', /method-(?:lower-case|case)|method|request-target-case/, (base, { method }) =>
    base.includes(method) ? base.replace(method, method.toLowerCase()) : undefined,
  ),
  text('the method left out', /method-left-out|part-left-out|line-left-out|of-parts/, (base, { method }) =>
    base.startsWith(method) ? base.slice(method.length).replace(/^\n/, '') : undefined,
  ),
  text('a line break at the end', LINES, (base) => `${base}\n`),
  text('a space at the end', LINES, (base) => `${base} `),
  text('the last line break missing', LINES, (base) => (base.endsWith('\n') ? base.slice(0, -1) : undefined)),
  text('CRLF in the text', LINES, (base) => base.replaceAll('\n', '\r\n')),
  text('no line breaks in the text', LINES, (base) => base.replaceAll('\n', '')),
  text('the characters \\n for line breaks', LINES, (base) => base.replaceAll('\n', '\\n')),
  text('line breaks between the parts', LINES, (base, { method, target }) =>
    base.includes(method + target) ? base.replace(method + target, `${method}\n${target}`) : undefined,
  ),
  text('the path with the host', /text-with-url|path|url|host|target/, (base, { authority, target }) => {
    const { path } = splitTarget(target)
    return base.includes(path) && !base.includes(authority) && path !== '/'
      ? base.replace(path, `https://${authority}${path}`)
      : undefined
  }),
  text(
    'the body left out',
    /body-(?:left-out|not-signed|json-empty)|part-left-out|of-parts|body-placeholder/,
    (base, message) => {
      const body = bodyOf(message)
      return body !== '' && base.includes(body) ? base.replace(body, '') : undefined
    },
  ),
  text('an empty object for the body', /body-(?:json-empty|placeholder|left-out|for-none)/, (base, message) => {
    const body = bodyOf(message)
    return body.startsWith('{') && base.includes(body) ? base.replace(body, '{}') : undefined
  }),
  text('an empty object where no body is', /body-(?:placeholder|for-none|json-empty)/, (base, message) =>
    bodyOf(message) === '' && base.includes(message.target.split('?')[0] as string) ? `${base}{}` : undefined,
  ),
  text('the text in small letters', /case|lower|capitals|small/, (base) =>
    base === base.toLowerCase() ? undefined : base.toLowerCase(),
  ),
  text('the text percent-encoded', /encod/, (base) => encodeURIComponent(base)),
  text('the hash of the text', /hash/, (base) => createHash('sha256').update(base).digest('hex')),
  text('the text in quotes', /text-written|base-hashed|text-frame/, (base) => JSON.stringify(base)),
  text(
    'seconds signed for milliseconds',
    /(?:time|date|ts|timestamp|\(created\))-(?:unit|other)|nonce|parameters-created/,
    (base, _, source) => swapped(base, ms(source), s(source)),
  ),
  text(
    'milliseconds signed for seconds',
    /(?:time|date|ts|timestamp|\(created\))-(?:unit|other)|nonce|parameters-created/,
    (base, _, source) => swapped(base, s(source), ms(source)),
  ),
  text(
    'another time signed than sent',
    /(?:time|date|ts|timestamp|\(created\))-other|nonce|parameters-created/,
    (base, _, source) => {
      return (
        swapped(base, ms(source), String(source.nowMs + 2)) ?? swapped(base, s(source), String(source.nowMs / 1000 + 1))
      )
    },
  ),
  text(
    'the time left out',
    /(?:time|ts|timestamp|date)-left-out|part-left-out|of-parts|nonce-left-out|parameter/,
    (base, _, source) => swapped(base, ms(source), '') ?? swapped(base, s(source), ''),
  ),
  // The account is the key id of Azure, and stands in the resource.
  text('the key id left out', /resource-account|key-left-out|part-left-out|of-parts|left-out/, (base, _, { keyId }) =>
    base.includes(keyId) ? base.replace(keyId, '') : undefined,
  ),
]

/** What is seen in a request that is signed rightly. */
export const STATED_MISTAKES: readonly KeyMistakeOf[] = [
  timed('seconds sent for milliseconds', /time-(?:form|unit)|nonce-form|created/, (source) => source.nowMs / 1000, ms),
  timed(
    'milliseconds sent for seconds',
    /time-(?:form|unit)|created-milliseconds|nonce-form/,
    (source) => source.nowMs * 1000,
    s,
  ),
  timed('a time that is past', /time-expired|time-old|expired/, (source) => source.nowMs - 3_600_000),
  timed('a time that is to come', /clock-ahead|time-ahead|created-future/, (source) => source.nowMs + 3_600_000),
]

function timed(
  name: string,
  causes: RegExp,
  at: (source: Source) => number,
  having?: (source: Source) => string,
): KeyMistakeOf {
  return {
    name,
    causes,
    make: (source, message) => {
      const right = source.sign(message)
      const seen = JSON.stringify([right.request.target, right.request.fields, bodyOf(right.request)])
      if (having !== undefined && (!seen.includes(having(source)) || (having === s && seen.includes(ms(source)))))
        return undefined
      const { request } = source.sign(message, { nowMs: at(source) })
      return JSON.stringify([request.target, request.fields]) ===
        JSON.stringify([right.request.target, right.request.fields]) && bodyOf(request) === bodyOf(right.request)
        ? undefined
        : request
    },
  }
}

/** Each field of authentication taken away, or with quotes around it. */
export const FIELD_MISTAKES: readonly KeyMistakeOf[] = [0, 1, 2, 3].flatMap((at) => [
  {
    name: `the field of authentication ${at + 1} missing`,
    causes:
      /header-missing|signature-(?:missing|input-missing)|missing|auth-missing|parameter-missing|other-version|receive window-other/,
    make: (source: Source, message: HttpRequest) => {
      const { request } = source.sign(message)
      const added = addedFields(message, request)
      const index = added[at]
      return index === undefined ? undefined : { ...request, fields: request.fields.toSpliced(index, 2) }
    },
  },
  {
    name: `the field of authentication ${at + 1} in quotes`,
    causes: /quoted|quotes|signature-form|form|malformed/,
    make: (source: Source, message: HttpRequest) => {
      const { request } = source.sign(message)
      const index = addedFields(message, request)[at]
      return index === undefined
        ? undefined
        : { ...request, fields: request.fields.with(index + 1, `"${request.fields[index + 1]}"`) }
    },
  },
])

function addedFields({ fields: before }: HttpRequest, { fields }: HttpRequest): readonly number[] {
  const names = new Set(before.filter((_, at) => at % 2 === 0).map((one) => one.toLowerCase()))
  return fields.flatMap((name, at) =>
    at % 2 === 0 &&
    !names.has(name.toLowerCase()) &&
    !/^(?:content-type|host|content-length|accept|user-agent)$/i.test(name)
      ? [at]
      : [],
  )
}
