import { md5Hex } from '#backend/md5'
import { base64, base64Decode, hexDecode } from '../../crypto/encoding.js'
import { combinedValue, fieldValues } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { fieldValueMistakes } from '../scheme/field-values.js'
import type { Mistake } from '../scheme/mistakes.js'
import { isHexInBase64, whichBody } from '../scheme/other-bodies.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../scheme/scheme-reading.js'
import {
  type FormState,
  formWrites,
  type Member,
  type SignedForm,
  type Texts,
  withTexts,
} from '../scheme/signed-form.js'
import {
  canonicalQuery,
  dateMistakes,
  LENGTH,
  OTHER_LENGTH,
  queryMistakes,
  resourceMistakes,
} from './hypothesis-texts.js'
import { FORMS, type SharedKeyForm } from './shared-key-form.js'

const VERSION = 'x-ms-version'
const MD5 = 'content-md5'

const md5Of = (body: Uint8Array): string => base64(hexDecode(md5Hex(body)) ?? new Uint8Array(0))

/** Where clients of Azure Storage go wrong with an account key. */
export const AZURE_HYPOTHESES: SchemeHypotheses = {
  ids: /* @__PURE__ */ Object.values(FORMS).map(({ id }) => id),
  read: (request, id) => {
    const value = fieldValues(request.fields, 'authorization').find((one) => /^\s*SharedKey(?:Lite)?\s/i.test(one))
    if (value === undefined) return undefined
    const isLite = /^\s*SharedKeyLite\s/i.test(value)
    const isTable =
      /\.table\./i.test(request.authority) || combinedValue(request.fields, 'dataserviceversion') !== undefined
    const form =
      Object.values(FORMS).find((one) => one.id === id) ??
      (isLite ? FORMS['table-lite'] : isTable ? FORMS.table : FORMS.storage)
    return readingOf(request, form, value.trim().replace(/^\S+\s+/, ''))
  },
}

function readingOf(request: HttpRequest, form: SharedKeyForm, credentials: string): SchemeReading {
  const at = credentials.indexOf(':')
  const account = at === -1 ? credentials : credentials.slice(0, at)
  const text = at === -1 ? '' : credentials.slice(at + 1).trim()
  const dated = combinedValue(request.fields, 'x-ms-date') ?? combinedValue(request.fields, 'date') ?? ''
  const date = Date.parse(dated)
  const problems: Problem[] = []
  const add = (id: string, cause: string, evidence: string, fix: string): void => {
    problems.push({ id, certainty: 'proven', cause, evidence, fix })
  }
  if (at === -1)
    add(
      'authorization-form',
      'Authorization has no account and signature with a colon between them.',
      'There is no colon.',
      'Authorization: SharedKey ACCOUNT:SIGNATURE',
    )
  if (Number.isNaN(date))
    add(
      'header-missing',
      'The request has no time that can be read.',
      'Neither x-ms-date nor Date is a date of HTTP.',
      'Send x-ms-date: Tue, 14 Nov 2023 22:13:20 GMT',
    )
  else if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(dated))
    add(
      'time-form',
      'The time of the request is not written as a date of HTTP.',
      `It is "${dated.slice(0, 40)}".`,
      'Write it as RFC 1123 does: x-ms-date: Tue, 14 Nov 2023 22:13:20 GMT (toUTCString() in JavaScript).',
    )
  const stated = combinedValue(request.fields, MD5)?.trim()
  if (stated && request.body instanceof Uint8Array && stated !== md5Of(request.body))
    add(
      'digest-mismatch',
      'Content-MD5 is not the hash of the body that was sent.',
      isHexInBase64(stated)
        ? 'It is base64 of hexadecimal digits, not of the bytes of the hash.'
        : whichBody(request.body, (body) => md5Of(body) === stated),
      'Serialise once, hash those bytes with MD5, write the hash in base64, sign and send.',
    )
  const host = request.authority.split('.', 1)[0]
  if (/\.core\.(?:windows|chinacloudapi|usgovcloudapi)\./.test(request.authority) && host !== account)
    add(
      'account-other',
      'The account in Authorization is not that of the host.',
      'The first part of the host is another name.',
      'State the name of the account, not a display name, in Authorization and in what is signed.',
    )
  return {
    id: form.id,
    name: 'Azure Shared Key',
    form: formOf(request, form, account),
    signatures: text === '' ? [] : [{ text, right: base64Decode(text) }],
    encoding: 'base64',
    keyId: account,
    keys: { algorithms: ['hmac-sha256'], bytes: base64Decode, reading: 'decoded from base64' },
    ...(!Number.isNaN(date) && { time: { ms: date, pastMs: 900_000, futureMs: 900_000 } }),
    problems,
    hint: 'The answer of Azure shows the text that it has signed (stringToSign takes it). The account has two keys: check which one this is.',
  }
}

function formOf(request: HttpRequest, form: SharedKeyForm, account: string): SignedForm {
  const sentValue = (name: string): string => combinedValue(request.fields, name)?.trim() ?? ''
  const sentOwn = [
    ...new Set(request.fields.filter((one, at) => at % 2 === 0 && /^x-ms-/i.test(one)).map((one) => one.toLowerCase())),
  ].sort()
  const own = form.signsOwn ? sentOwn : []
  // A body that is given and was not pasted has the length that is given.
  const bodyLength =
    request.body instanceof Uint8Array && request.body.length > 0
      ? request.body.length
      : Number(/^\d{1,15}$/.exec(sentValue('content-length'))?.[0] ?? 0)
  const msDate = sentValue('x-ms-date')
  const lineText = (name: string): string =>
    name === 'content-length'
      ? bodyLength === 0
        ? ''
        : String(bodyLength)
      : name === 'date' && msDate !== ''
        ? form.signsOwn
          ? ''
          : msDate
        : sentValue(name)
  const { path, query } = splitTarget(request.target)
  const members: Member[] = [
    {
      name: 'resource',
      kind: 'own',
      text: `/${account}${path}`,
      mistakes: resourceMistakes(account, request.authority),
    },
    { name: 'query', kind: 'own', text: canonicalQuery(form, query), mistakes: queryMistakes(query) },
    { name: 'method', kind: 'method', text: request.method },
    ...form.lines.map(
      (name): Member => ({
        name,
        kind: name === 'content-type' ? 'content-type' : 'field',
        text: lineText(name),
        ...(name === 'content-length' && { mistakes: [LENGTH, OTHER_LENGTH] }),
        ...(name === 'date' && { mistakes: dateMistakes(msDate, sentValue('date')) }),
      }),
    ),
    ...own.map((name): Member => ({ name, kind: 'field', text: sentValue(name) })),
  ]
  const compose = (texts: Texts, kept: readonly string[] = own): string =>
    `${[...(form.signsMethod ? [texts['method']] : []), ...form.lines.map((name) => texts[name])].join('\n')}\n${kept
      .map((name) => `${name}:${texts[name]}\n`)
      .join('')}${texts['resource']}${texts['query']}`
  const isVersioned = form.signsOwn && !own.includes(VERSION)
  const mistakes: ReadonlyArray<Mistake<FormState>> = [
    {
      id: 'header-missing',
      part: 'x-ms headers',
      rank: 1,
      cause:
        'A header was signed and is not in the request: a client or proxy has dropped it, or it is in the text alone.',
      fix: 'Send every header with the value that was signed.',
      *apply(state) {
        if (isVersioned)
          for (const [version] of fieldValueMistakes(VERSION)[0]?.apply('') ?? [])
            yield [
              formWrites(state, (_, texts) => compose({ ...texts, [VERSION]: version }, [...own, VERSION].sort())),
              `${VERSION}: ${version}`,
            ]
        if (state.texts[MD5] === '' && request.body instanceof Uint8Array)
          yield [withTexts(state, { [MD5]: md5Of(request.body) }), 'Content-MD5 of the body']
      },
    },
    {
      id: 'method-left-out',
      part: 'lines',
      rank: 1,
      cause: 'The method was not signed.',
      fix: 'The first line is the method, in capitals; SharedKeyLite of tables alone has none.',
      *apply(state) {
        if (form.signsMethod) yield [formWrites(state, (base) => String(base).replace(/^[^\n]*\n/, ''))]
      },
    },
    {
      id: 'own-headers',
      part: 'x-ms headers',
      rank: 1,
      cause:
        'The headers that begin with x-ms- were not signed as they are sent: one was left out or added later, or they stand in another order.',
      fix: 'Sign every x-ms- header that is sent, in small letters, sorted, as "name:value" with a line break each.',
      *apply(state) {
        for (const name of own)
          yield [
            formWrites(state, (_, texts) =>
              compose(
                texts,
                own.filter((one) => one !== name),
              ),
            ),
            `without ${name}`,
          ]
        yield [formWrites(state, (_, texts) => compose(texts, [])), 'without any of them']
        yield [formWrites(state, (_, texts) => compose(texts, [...own].reverse())), 'in another order']
        yield [
          formWrites(state, (_, texts) => compose(texts).replace(/^(x-ms-[a-z0-9-]+):/gm, '$1: ')),
          'a space behind the colon',
        ]
      },
    },
    {
      id: 'lines-number',
      part: 'lines',
      rank: 1,
      cause:
        'The text to sign has a line too many or too few before the x-ms- headers, or is that of another form (table, lite).',
      fix: 'Blob, queue and file: the method and eleven lines, empty where the header is absent. Table: the method, MD5, type and date. Lite: fewer.',
      *apply(state) {
        yield [formWrites(state, (_, texts) => compose(texts).replace('\n', '\n\n')), 'one line too many']
        yield [formWrites(state, (_, texts) => compose(texts).replace('\n\n', '\n')), 'one line too few']
        yield [
          formWrites(state, (_, texts) => compose(texts).replace(/\n(?=x-ms-)/, '\n\n')),
          'an empty line before the x-ms- headers',
        ]
        for (const other of Object.values(FORMS))
          if (other.id !== form.id)
            for (const dated of [true, false])
              yield [
                formWrites(state, (_, texts) =>
                  [
                    ...(other.signsMethod ? [request.method] : []),
                    ...other.lines.map((name) =>
                      name === 'date' ? (dated ? msDate || sentValue('date') : '') : (texts[name] ?? lineText(name)),
                    ),
                    ...(other.signsOwn ? sentOwn.map((name) => `${name}:${sentValue(name)}`) : []),
                    `${texts['resource']}${other.signsQuery ? canonicalQuery(other, query) : ''}`,
                  ].join('\n'),
                ),
                `as ${other.id}`,
              ]
        // Lite of blobs and queues.
        yield [
          formWrites(
            state,
            (_, texts) =>
              `${[request.method, sentValue('content-md5'), sentValue('content-type'), msDate === '' ? sentValue('date') : ''].join('\n')}\n${own
                .map((name) => `${name}:${texts[name]}\n`)
                .join('')}${texts['resource']}`,
          ),
          'as SharedKeyLite of blobs',
        ]
      },
    },
  ]
  return { members, compose, own: mistakes, opaque: true }
}
