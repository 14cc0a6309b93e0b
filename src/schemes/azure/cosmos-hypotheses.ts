import { base64Decode } from '../../crypto/encoding.js'
import { combinedValue, fieldValues } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { Mistake } from '../scheme/mistakes.js'
import { PATH } from '../scheme/request-mistakes.js'
import type { Problem, SchemeHypotheses, SchemeReading } from '../scheme/scheme-reading.js'
import { type FormState, formWrites, type SignedForm, type Texts, withTexts } from '../scheme/signed-form.js'
import { TIME_MISTAKES } from '../scheme/time-mistakes.js'

const ID = 'azure-cosmos'
const TOKEN = /^\s*type(?:=|%3d)(?:master|resource)(?:&|%26)ver(?:=|%3d)1\.0(?:&|%26)sig(?:=|%3d)/i

/** Where clients of Cosmos DB for NoSQL go wrong with its primary key. */
export const COSMOS_HYPOTHESES: SchemeHypotheses = {
  ids: [ID],
  read: (request, id) => {
    const text = fieldValues(request.fields, 'authorization').find((one) => TOKEN.test(one))
    return text === undefined && id === undefined ? undefined : readingOf(request, text?.trim() ?? '')
  },
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function readingOf(request: HttpRequest, token: string): SchemeReading {
  const isEncoded = /^type%3d/i.test(token)
  const sig = decoded(token).replace(/^.*sig=/i, '')
  const date = combinedValue(request.fields, 'x-ms-date')
  const ms = Date.parse(date ?? '')
  const problems: Problem[] = []
  const add = (id: string, certainty: Problem['certainty'], cause: string, evidence: string, fix: string): void => {
    problems.push({ id, certainty, cause, evidence, fix })
  }
  const form = 'encodeURIComponent("type=master&ver=1.0&sig=" + signature)'
  const isSent = combinedValue(request.fields, 'authorization') !== undefined
  if (token === '')
    add(
      isSent ? 'authorization-form' : 'signature-missing',
      'proven',
      isSent ? 'Authorization holds no token of Cosmos DB.' : 'The request has no Authorization.',
      isSent ? 'It has another form.' : 'No field of this name is there.',
      form,
    )
  else if (!isEncoded)
    add(
      'authorization-form',
      'likely',
      'The token in Authorization is not percent-encoded.',
      'It holds "=" and "&" as they are.',
      `Encode the whole token: ${form}`,
    )
  // https://learn.microsoft.com/dotnet/api/microsoft.azure.documents.resource.id
  if (/%(?:2f|5c|3f|23)/i.test(splitTarget(request.target).path))
    add(
      'id-characters',
      'likely',
      'An id holds one of the characters / \\ ? #, which ids of Cosmos DB must not have: the service takes another path than was signed.',
      'One of them is percent-encoded in the path.',
      'Make ids without these characters (encode them before they become ids, for instance as base64url).',
    )
  if (date === undefined)
    add('header-missing', 'proven', 'The header x-ms-date is missing.', 'The time in it is signed.', 'Send x-ms-date.')
  return {
    id: ID,
    name: 'the key of Cosmos DB',
    form: formOf(request, date ?? ''),
    signatures: sig === '' ? [] : [{ text: sig, right: base64Decode(sig) }],
    encoding: 'base64',
    // The account, which no token names.
    keyId: request.authority.split('.', 1)[0] ?? '',
    keys: { algorithms: ['hmac-sha256'], bytes: base64Decode, reading: 'decoded from base64' },
    ...(!Number.isNaN(ms) && { time: { ms, pastMs: 900_000, futureMs: 900_000 } }),
    problems,
    hint: 'The answer shows the text that the service has signed (stringToSign takes it). A read-only key cannot write; each region has the same keys.',
  }
}

/** What is signed of a path. */
function resourceOf(whole: string) {
  const raw = whole.replace(/^\/|\/$/g, '')
  // An id may hold an encoded slash, which is no end of it.
  const segments = raw === '' ? [] : raw.split('/').map(decoded)
  const path = segments.join('/')
  const isOne = segments.length % 2 === 0
  const type = (isOne ? segments.at(-2) : segments.at(-1)) ?? ''
  const parent = segments.slice(0, -1).join('/')
  const link = isOne ? path : parent
  const id = type === 'offers' && isOne ? (segments.at(-1) ?? '').toLowerCase() : link
  return { segments, path, isOne, type, parent, id }
}

const REWRITTEN_PATH = PATH.filter(({ id }) => id !== 'left-out' && id !== 'case')

function formOf(request: HttpRequest, date: string): SignedForm {
  const wholePath = splitTarget(request.target).path
  const { segments, path, isOne, type, parent, id } = resourceOf(wholePath)
  const compose = ({ method = '', type: kind = '', id: name = '', date: time = '' }: Texts): string =>
    `${method}\n${kind}\n${name}\n${time}\n\n`
  return {
    members: [
      {
        name: 'id',
        kind: 'own',
        text: id,
        mistakes: [
          {
            id: 'case',
            rank: 1,
            cause: 'The resource was signed in small letters.',
            fix: 'Sign the names of the resource with their case; only method, type and date are in small letters.',
            apply: () => [[id.toLowerCase()]],
          },
          {
            id: 'link',
            rank: 1,
            cause:
              'Another resource was signed than the URL names: one level too high or too low, encoded, or in small letters.',
            fix: 'Of one document sign dbs/A/colls/B/docs/C, of a list what it is in (dbs/A/colls/B); without slashes around it, with the case of its names.',
            apply: () => [
              ...(type === 'offers' && isOne
                ? [[segments.at(-1) ?? '', 'of an offer its id alone in small letters is signed'] as const]
                : []),
              [path, 'the whole path'],
              [parent, 'without its last part'],
              [`/${id}`, 'with a slash before it'],
              [`${id}/`, 'with a slash behind it'],
              [segments.at(-1) ?? '', 'the last part alone'],
              [segments.slice(0, -2).join('/'), 'two levels higher'],
              [segments.map(encodeURIComponent).join('/'), 'percent-encoded'],
              ['', 'nothing'],
            ],
          },
        ],
      },
      {
        name: 'type',
        kind: 'own',
        text: type,
        mistakes: [
          {
            id: 'other',
            rank: 1,
            cause: 'Another type of resource was signed than the URL names.',
            fix: 'The type is the last name of the path that is no id: dbs, colls, docs, sprocs, users; a query on documents has docs.',
            apply: () =>
              [
                'dbs',
                'colls',
                'docs',
                'sprocs',
                'udfs',
                'triggers',
                'users',
                'permissions',
                'attachments',
                'offers',
                'pkranges',
                'conflicts',
                '',
              ].map((one) => [one, one] as const),
          },
        ],
      },
      {
        name: 'method',
        kind: 'own',
        text: request.method.toLowerCase(),
        mistakes: [
          {
            id: 'case',
            rank: 1,
            cause: 'The method was signed in capitals.',
            fix: 'Sign method and date in small letters.',
            apply: (text) => [[text.toUpperCase()]],
          },
          {
            id: 'other',
            rank: 1,
            cause: 'Another method was signed than the request was sent with.',
            fix: 'Sign the method that is sent; a query is a POST.',
            apply: () => ['get', 'post', 'put', 'delete', 'patch'].map((one) => [one, one] as const),
          },
        ],
      },
      {
        name: 'date',
        kind: 'own',
        text: date.toLowerCase(),
        mistakes: [
          {
            id: 'case',
            rank: 1,
            cause: 'The date was signed as it is sent, and not in small letters.',
            fix: 'Sign x-ms-date in small letters: tue, 14 nov 2023 22:13:20 gmt.',
            apply: () => [[date]],
          },
          ...TIME_MISTAKES,
        ],
      },
    ],
    compose,
    own: [
      ...REWRITTEN_PATH.map(
        (one): Mistake<FormState> => ({
          id: `path-${one.id}`,
          part: 'resource',
          rank: one.rank,
          cause: one.cause.replaceAll('$', 'path'),
          fix: one.fix.replaceAll('$', 'path'),
          *apply(state) {
            for (const [changed, detail = ''] of one.apply(wholePath)) {
              const other = resourceOf(changed)
              yield [withTexts(state, { id: other.id, type: other.type }), detail] as const
            }
          },
        }),
      ),
      {
        id: 'text-end',
        part: 'text to sign',
        rank: 1,
        cause:
          'The end of the text is another one: an empty line follows the date, for a Date header that is not sent.',
        fix: 'Write the date, a line break, and one more line break.',
        apply: (state) => [
          [formWrites(state, (base) => String(base).replace(/\n\n$/, '\n')), 'one line break'],
          [formWrites(state, (base) => String(base).replace(/\n\n$/, '')), 'none'],
        ],
      },
    ],
  }
}
