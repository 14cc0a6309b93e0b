import { base64Decode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import type { Bytes } from '../../../crypto/key.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import type { Mistake } from '../../scheme/mistakes.js'
import { joinParts } from '../../scheme/signed-bytes.js'
import type { FormState, Member, SignedForm, Texts } from '../../scheme/signed-form.js'
import { byText, type Parameter, parametersOf } from '../parameters.js'
import type { FoundSignatures, WebhookSpec } from '../webhook.js'
import { attempt } from './attempt.js'
import { DELIVERED_BODY } from './body.js'
import type { Row } from './rows.js'
import { hostMistakes, SCHEME, URL_METHOD, URL_PATH, URL_QUERY } from './url.js'

/** The text of the time, wherever the sender puts it. */
export const timeText = (
  time: WebhookSpec['time'],
  request: HttpRequest,
  found: FoundSignatures | undefined,
): string | undefined =>
  time === undefined
    ? undefined
    : (found?.time ??
      (time.field === undefined
        ? attempt(() => time.place?.read(request)).value
        : combinedValue(request.fields, time.field)))

// Where proxies name the host that the client has called.
const HOSTS = ['x-forwarded-host', 'x-original-host']

/** What the sender signs, in its members. */
export function formOf(
  { spec, name: sender }: Row,
  request: HttpRequest,
  found: FoundSignatures | undefined,
): SignedForm {
  const { covers = [], time, delivery } = spec
  const raw = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
  const body = utf8Decode(raw)
  const usesBody = spec.withoutBody !== true || covers.includes('parameters')
  // A function gateway hands over in base64 what is no text.
  const inBase64 = body !== undefined && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(body) ? base64Decode(body) : undefined
  const bytes = body === undefined ? raw : inBase64 && utf8Decode(inBase64) === undefined ? inBase64 : undefined
  const { path, query } = splitTarget(request.target)
  const signsId = delivery !== undefined && (('field' in delivery && delivery.signed) || 'beside' in delivery)
  const id =
    delivery !== undefined && 'field' in delivery ? combinedValue(request.fields, delivery.field) : (found?.id ?? '')
  const hosts = [
    ...HOSTS.flatMap((name) => combinedValue(request.fields, name) ?? []),
    ...(/host="?([^";,]+)/i.exec(combinedValue(request.fields, 'forwarded') ?? '')?.slice(1) ?? []),
  ]
  const members: Member[] = [
    ...(usesBody && body !== undefined
      ? [{ name: 'body', kind: 'body', text: body, mistakes: DELIVERED_BODY } as const]
      : []),
    ...(covers.includes('scheme')
      ? [{ name: 'url-scheme', kind: 'own', text: request.scheme, mistakes: SCHEME } as const]
      : []),
    ...(covers.includes('authority')
      ? [{ name: 'host', kind: 'host', text: request.authority, mistakes: hostMistakes(hosts) } as const]
      : []),
    ...(covers.includes('path') ? [{ name: 'path', kind: 'path', text: path, mistakes: URL_PATH } as const] : []),
    ...(covers.includes('query') || covers.includes('query-parameters')
      ? [{ name: 'query', kind: 'pairs', text: query, mistakes: URL_QUERY } as const]
      : []),
    ...(covers.includes('method')
      ? [{ name: 'method', kind: 'method', text: request.method, mistakes: URL_METHOD } as const]
      : []),
    ...(time !== undefined && !('place' in time && time.place !== undefined)
      ? [{ name: 'time', kind: 'time', text: timeText(time, request, found) ?? '' } as const]
      : []),
    ...(signsId ? [{ name: 'id', kind: 'word', text: id ?? '' } as const] : []),
  ]
  const composeBy =
    (base: WebhookSpec['base'], mark = '') =>
    (texts: Texts) => {
      const bytes = texts['body'] === undefined ? raw : texts['body'] === body ? raw : utf8(texts['body'])
      const parts = base({
        time: texts['time'] ?? '',
        id: texts['id'] ?? '',
        body: bytes,
        request: {
          ...request,
          body: bytes,
          method: texts['method'] ?? request.method,
          scheme: texts['url-scheme'] ?? request.scheme,
          authority: texts['host'] ?? request.authority,
          target: (texts['path'] ?? path) + (texts['query'] ?? query),
        },
      })
      return textOrBytes(mark === '' ? parts : [parts.join(mark)], bytes, texts['body'])
    }
  const isParameters = covers.includes('query-parameters') && spec.withoutBody === true
  return {
    members,
    compose: composeBy(spec.base),
    own: [
      ...(usesBody && bytes !== undefined ? [encodedOtherwise(bytes, composeBy(spec.base))] : []),
      ...(covers.includes('parameters') ? [unsortedForm(composeBy(spec.base))] : []),
      ...(isParameters
        ? [joinedOtherwise((mark) => composeBy(spec.base, mark)), withoutNames(composeBy(spec.base))]
        : []),
      ...(spec.alternatives ?? []).map(
        (base): Mistake<FormState> => ({
          id: 'text-alternative',
          part: 'alternative',
          rank: 1,
          agreed: true,
          cause: `The signature fits the other text that ${sender} may sign: such as a URL with its port, or in another encoding.`,
          fix: 'Verify with both texts: the official packages do.',
          apply: (state) => [[{ ...state, write: (_, texts) => composeBy(base)(texts) }]],
        }),
      ),
    ],
    spans: ({ 'url-scheme': scheme = '', host = '', path: at = '', query: behind = '' }) =>
      scheme === '' ? [] : [['URL', `${scheme}://${host}${at}${behind}`]],
  }
}

/** A body that is no UTF-8: a program read the text that was signed, and wrote it in a charset of its own. */
const encodedOtherwise = (raw: Uint8Array, compose: (texts: Texts) => string | Uint8Array): Mistake<FormState> => ({
  id: 'body-charset',
  part: 'body',
  rank: 1,
  cause:
    'The body is no UTF-8, while the text that was signed is: it was decoded and written in another charset on its way.',
  fix: 'Verify the bytes that arrive, before any parser; write text as UTF-8 (in Java getBytes(UTF_8), in .NET Encoding.UTF8).',
  *apply(state) {
    for (const charset of [
      'windows-1252',
      'iso-8859-15',
      'windows-1251',
      'utf-16le',
      'shift_jis',
      'gb18030',
      'euc-kr',
    ]) {
      let body: string
      try {
        body = new TextDecoder(charset, { fatal: true }).decode(raw)
      } catch {
        // Not of this charset, or one that the runtime does not have.
        continue
      }
      yield [{ ...state, write: (_, texts) => compose({ ...texts, body }) }, `it is ${charset}`]
    }
  },
})

/** The parameters of a form behind the URL, put together in another way than sorted by name. */
const unsortedForm = (compose: (texts: Texts) => string | Uint8Array): Mistake<FormState> => ({
  id: 'body-parameters-joined',
  part: 'body',
  rank: 1,
  cause:
    'The parameters of the form were put behind the URL in another way than sorted by name, each name before its value.',
  fix: 'Decode the form, sort it by name (by code units), and join names and values with nothing between.',
  *apply(state) {
    const { body: form = '' } = state.texts
    const pairs = parametersOf(form, 'BODY_UNREADABLE')
    const joined = (all: readonly Parameter[], mark = ''): string => all.map((one) => one.join(mark)).join(mark && '&')
    const ways: ReadonlyArray<readonly [tail: string, detail: string]> = [
      [joined(pairs), 'in the order they were sent'],
      [joined(pairs.toReversed()), 'the last one first'],
      [form, 'the form as it is sent'],
      [joined(pairs, '='), 'the form decoded'],
      [
        joined(
          pairs.toSorted(([a], [b]) => byText(a, b)),
          '=',
        ),
        'sorted, with "=" and "&"',
      ],
      [joined(pairs.toSorted(([a], [b]) => byText(a.toLowerCase(), b.toLowerCase()))), 'sorted without regard to case'],
      [pairs.map(([, value]) => value).join(''), 'the values alone'],
      [JSON.stringify(Object.fromEntries(pairs)), 'as JSON'],
    ]
    for (const [tail, detail] of ways)
      yield [{ ...state, write: (base, texts) => behindUrl(base, compose({ ...texts, body: '' }), tail) }, detail]
  },
})

/** A text with another end behind its URL; as it is where more stands behind the parameters. */
const behindUrl = (base: Bytes, url: Bytes, tail: string): Bytes =>
  typeof base === 'string' && typeof url === 'string' && base.startsWith(url) ? url + tail : base

/** What sort() of PHP leaves of an array: the values alone, with numbers for their names. */
const withoutNames = (compose: (texts: Texts) => string | Uint8Array): Mistake<FormState> => ({
  id: 'query-names',
  part: 'text to sign',
  rank: 3,
  cause: 'The parameters lost their names before they were joined: numbers stand in their place.',
  fix: 'Sort by name and keep the names: ksort() in PHP, not sort().',
  *apply(state) {
    for (const order of [(values: readonly string[]) => values, (values: readonly string[]) => [...values].sort()])
      yield [
        {
          ...state,
          write: (_, texts) => {
            const text = compose(texts)
            if (typeof text !== 'string') return text
            const values = order(text.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1)))
            return values.map((value, at) => `${at}=${value}`).join('&')
          },
        },
      ]
  },
})

/** Parameters with other marks between them: senders of one house have several forms. */
const joinedOtherwise = (composeWith: (mark: string) => (texts: Texts) => string | Uint8Array): Mistake<FormState> => ({
  id: 'text-separators',
  part: 'text to sign',
  rank: 1,
  cause: 'The parameters were joined in another way than this kind of signature joins them.',
  fix: 'Join them as the page of this very kind says: Shopify joins those of a proxy with nothing between, those of OAuth with "&".',
  *apply(state) {
    for (const mark of ['&', '\n', ',']) {
      const compose = composeWith(mark)
      yield [{ ...state, write: (_, texts) => compose(texts) }, `${JSON.stringify(mark)} between them`]
    }
  },
})

/** The parts as one text, which can be taken apart, or as bytes where the body is no text. */
function textOrBytes(
  parts: ReturnType<WebhookSpec['base']>,
  body: Uint8Array,
  text: string | undefined,
): string | Uint8Array {
  if (text !== undefined)
    return parts
      .map((part) => (typeof part === 'string' ? part : part === body ? text : (utf8Decode(part) ?? '')))
      .join('')
  return joinParts(parts)
}
