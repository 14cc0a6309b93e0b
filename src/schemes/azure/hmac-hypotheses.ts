import { hashText } from '#backend/hash'
import { base64Decode } from '../../crypto/encoding.js'
import { combinedValue, fieldValues } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { whichBody } from '../scheme/other-bodies.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../scheme/scheme-reading.js'
import { formWrites, type SignedForm, type Texts } from '../scheme/signed-form.js'

/** The text with another last line. */
const lastLine = (text: string, line: string): string => text.slice(0, text.lastIndexOf('\n') + 1) + line

const ID = 'azure-hmac'
const HASH = 'x-ms-content-sha256'
// Volcengine has the same word before credentials with commas.
const LABEL = /^\s*HMAC-SHA256\s+(?=(?:Credential=[^,&]*&)?SignedHeaders=[^,&]*(?:&|$))/i

/** Where clients of App Configuration and Communication Services go wrong. */
export const AZURE_HMAC_HYPOTHESES: SchemeHypotheses = {
  ids: [ID],
  read: (request, id) => {
    const text = fieldValues(request.fields, 'authorization').find((one) => LABEL.test(one))
    return text === undefined && id === undefined ? undefined : readingOf(request, (text ?? '').replace(LABEL, ''))
  },
}

const FIX =
  'Authorization: HMAC-SHA256 Credential=ID&SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=…, without Credential for Communication Services.'

function readingOf(request: HttpRequest, credentials: string): SchemeReading {
  const parts = new Map(
    credentials.split('&').map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()] as const
    }),
  )
  const names = (parts.get('SignedHeaders') ?? '').toLowerCase().split(';').filter(Boolean)
  const date = Date.parse(combinedValue(request.fields, 'x-ms-date') ?? combinedValue(request.fields, 'date') ?? '')
  const text = parts.get('Signature') ?? ''
  const problems: Problem[] = []
  const add = (id: string, cause: string, evidence: string, fix: string): void => {
    problems.push({ id, certainty: 'proven', cause, evidence, fix })
  }
  for (const name of ['SignedHeaders', 'Signature'])
    if (!parts.get(name)) add('part-missing', `${name} is missing.`, 'Authorization does not hold it.', FIX)
  for (const name of names)
    if (name !== 'host' && combinedValue(request.fields, name) === undefined)
      add('header-missing', `The header ${name} is signed and is not in the request.`, 'It is listed as signed.', FIX)
  const stated = combinedValue(request.fields, HASH)
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
  if (stated !== undefined && stated !== hashText('sha256', body, 'base64'))
    add(
      'digest-mismatch',
      `${HASH} is not the hash of the body that was sent.`,
      stated === hashText('sha256', body, 'hex')
        ? 'It is that hash in hexadecimal, where base64 is meant.'
        : whichBody(body, (other) => hashText('sha256', other, 'base64') === stated),
      'Serialise once, hash those bytes with SHA-256, write the hash in base64, sign and send.',
    )
  return {
    id: ID,
    name: 'HMAC-SHA256 of Azure',
    form: formOf(request, names),
    signatures: text === '' ? [] : [{ text, right: base64Decode(text) }],
    encoding: 'base64',
    keyId: parts.get('Credential') ?? '',
    keys: { algorithms: ['hmac-sha256'], bytes: base64Decode, reading: 'decoded from base64' },
    ...(!Number.isNaN(date) && { time: { ms: date, pastMs: 900_000, futureMs: 900_000 } }),
    problems,
  }
}

function formOf(request: HttpRequest, names: readonly string[]): SignedForm {
  const { path, query } = splitTarget(request.target)
  const sentValue = (name: string): string =>
    name === 'host' ? request.authority : (combinedValue(request.fields, name)?.trim() ?? '')
  const compose = (texts: Texts): string =>
    `${texts['method']}\n${texts['path']}${texts['query'] === '' ? '' : `?${texts['query']}`}\n${names.map((name) => texts[name]).join(';')}`
  return {
    members: [
      { name: 'method', kind: 'method', text: request.method },
      { name: 'path', kind: 'path', text: path },
      { name: 'query', kind: 'pairs', text: query.slice(1) },
      ...names.map((name) => ({ name, kind: name === 'host' ? 'host' : 'field', text: sentValue(name) }) as const),
    ],
    compose,
    own: [
      {
        id: 'values-form',
        part: 'values',
        rank: 1,
        cause: 'The values of the signed headers were joined in another order or by another mark than the list states.',
        fix: 'The third line: the values alone, in the order of SignedHeaders, with ";" between them and nothing behind.',
        *apply(state) {
          const of = (write: (values: readonly string[]) => string, detail: string) =>
            [
              formWrites(state, (base, texts) => lastLine(String(base), write(names.map((name) => texts[name] ?? '')))),
              detail,
            ] as const
          yield of((values) => [...values].reverse().join(';'), 'in the order reversed')
          yield of((values) => [...values].sort().join(';'), 'sorted')
          for (const [mark, name] of [
            ['\n', 'line breaks'],
            [',', 'commas'],
            ['&', '"&"'],
          ] as const)
            yield of((values) => values.join(mark), `${name} between them`)
          yield of((values) => `${values.join(';')};`, 'a ";" at the end')
          yield of((values) => names.map((name, at) => `${name}:${values[at]}`).join('\n'), 'names before them')
        },
      },
    ],
  }
}
