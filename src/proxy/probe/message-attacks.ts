import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { contentDigest } from '../../message/content-digest.js'
import type { HttpRequest } from '../../message/message.js'
import { type Attack, type Kit, needsBody, needsQuery, type Try } from './attack.js'
import { type Base, bytesOf, type Tampering, without } from './craft.js'

type Tampered = readonly [name: string, tampering: Tampering]

/** One honest request, tampered with in several ways; each must be refused. */
async function tampered(
  { craft }: Kit,
  all: (request: HttpRequest) => ReadonlyArray<Tampered | undefined>,
): Promise<readonly Try[]> {
  const request = await craft()
  return all(request)
    .filter((one) => one !== undefined)
    .map(([name, tampering]) => ({ name, sent: [bytesOf(request, tampering)] }))
}

const pathOf = (target: string): string => target.split('?', 1)[0] as string
const queryOf = (target: string): string => target.slice(pathOf(target).length)
/** Another path, with the query as it was. */
const path =
  (change: (path: string) => string) =>
  ({ target }: HttpRequest): string =>
    change(pathOf(target)) + queryOf(target)

const added = (...lines: readonly string[]): Tampering => ({ lines })
/** The fields with another value of one. */
const valued = (name: string, change: (value: string) => string) => (fields: readonly string[]) =>
  fields.map((one, at) => (at % 2 === 1 && fields[at - 1]?.toLowerCase() === name ? change(one) : one))
const removed = (name: string) => (fields: readonly string[]) => without(fields, name)

/** The base without one component. */
const uncovered = (id: string) => (base: Base) => ({ ...base, lines: base.lines.filter(([one]) => one !== id) })

/** How fields stand in the head. */
const HEADER_ATTACKS: readonly Attack[] = [
  {
    number: 49,
    name: 'duplicate signature or digest field',
    tries: (kit) =>
      tampered(kit, () => [
        ['a second Signature of the same label', added(`Signature: ${kit.label}=:AAAA:`)],
        ['a second Signature-Input of the same label', added(`Signature-Input: ${kit.label}=();created=1`)],
        needsBody(kit) === undefined
          ? ['a second Content-Digest', added(`Content-Digest: ${contentDigest(utf8('{}'), 'sha-256')}`)]
          : undefined,
      ]),
  },
  {
    number: 51,
    name: 'duplicate Host',
    tries: (kit) => tampered(kit, () => [['another host behind it', added('Host: attacker.example')]]),
  },
  {
    number: 52,
    name: 'folds, bare CR, NUL, and space before the colon',
    tries: (kit) =>
      tampered(kit, () => [
        ['Signature-Input folded', { fields: valued('signature-input', (one) => one.replace(';', '\r\n ;')) }],
        ['NUL in Signature-Input', { fields: valued('signature-input', (one) => one.replace(';', '\0;')) }],
        ['CR in Signature-Input', { fields: valued('signature-input', (one) => one.replace(';', '\r;')) }],
        ['space before the colon of a second Host', added('Host : attacker.example')],
      ]),
  },
  {
    number: 56,
    name: 'rightly signed, with less covered',
    tries: async (kit) => {
      const { craft } = kit
      const full = (await coveredBy(kit)).filter((id) => NEEDED.includes(id))
      const single = await Promise.all(
        full.map(async (id) => ({
          name: `without ${id.replaceAll('"', '')}`,
          sent: [bytesOf(await craft({ base: uncovered(id) }))],
        })),
      )
      return [
        ...single,
        { name: 'nothing at all', sent: [bytesOf(await craft({ base: (base) => ({ ...base, lines: [] }) }))] },
        {
          name: 'one component twice',
          sent: [
            bytesOf(await craft({ base: (base) => ({ ...base, lines: [...base.lines, ...base.lines.slice(0, 1)] }) })),
          ],
        },
      ]
    },
  },
  {
    number: 57,
    name: 'a covered header that is absent',
    tries: async ({ craft }) => [
      {
        name: 'covered as if it were empty',
        sent: [bytesOf(await craft({ base: (base) => ({ ...base, lines: [...base.lines, ['"x-absent"', '']] }) }))],
      },
    ],
  },
  {
    number: 60,
    name: 'endless fields and unclosed quotes',
    tries: (kit) =>
      tampered(kit, () => [
        ['an unclosed quote', { fields: valued('signature-input', (one) => `${one};tag="`) }],
        ['12 kB of parameters', { fields: valued('signature-input', (one) => one + ';a'.repeat(6_000)) }],
        ['12 kB of labels', { fields: valued('signature', (one) => `${one}${', a=:AA==:'.repeat(1_200)}`) }],
        ['names of prototypes', { fields: valued('signature-input', (one) => `${one};__proto__=1`) }],
      ]),
  },
]

/** Without one of these another request has the same signature. What a content type means is up to the service. */
const NEEDED = ['"@method"', '"@authority"', '"@path"', '"@query"', '"@target-uri"', '"content-digest"']

/** Which components the honest requests cover, as they are written. */
async function coveredBy({ craft }: Kit): Promise<readonly string[]> {
  let ids: readonly string[] = []
  await craft({
    base: (base) => {
      ids = base.lines.map(([id]) => id)
      return base
    },
  })
  return ids
}

/** Which request it is: method, target and host. */
const TARGET_ATTACKS: readonly Attack[] = [
  {
    number: 65,
    name: 'path tampering and dot segments',
    tries: (kit) =>
      tampered(kit, (request) => [
        ['another path', { target: path((one) => `${one.replace(/\/$/, '')}/other`)(request) }],
        ['a slash at its end', { target: path((one) => `${one}/`)(request) }],
        ['a dot segment', { target: path((one) => `/.${one}`)(request) }],
        ['a segment of two dots', { target: path((one) => `/x/..${one}`)(request) }],
        ['an encoded dot segment', { target: path((one) => `/%2e${one}`)(request) }],
        // A path without a letter has no other case.
        path(otherCase)(request) === request.target
          ? undefined
          : ['other letter case', { target: path(otherCase)(request) }],
      ]),
  },
  {
    number: 66,
    name: 'another encoding of the path',
    tries: (kit) =>
      tampered(kit, (request) => [
        ['a letter percent-encoded', letterEncoded(request)],
        ['encoded twice', letterEncoded(request, '%25')],
      ]),
  },
  {
    number: 67,
    name: 'double slashes, backslash and parameters in the path',
    tries: (kit) =>
      tampered(kit, (request) => [
        ['a second slash', { target: path((one) => `/${one}`)(request) }],
        ['a backslash', { target: path((one) => `${one}\\`)(request) }],
        ['a parameter', { target: path((one) => `${one};a=1`)(request) }],
        ['raw UTF-8', { target: path((one) => `${one}\xc3\xa9`)(request) }],
      ]),
  },
  {
    number: 68,
    name: 'absolute form',
    tries: (kit) =>
      tampered(kit, ({ target }) => [
        ['of another host', { target: `http://attacker.example${target}` }],
        ['the signed path behind another host', { target: `http://attacker.example${pathOf(target)}` }],
      ]),
  },
  {
    number: 70,
    name: 'query extended, repeated, cut or reordered',
    tries: (kit) =>
      tampered(kit, ({ target }) => {
        const query = queryOf(target).slice(1)
        const pairs = query.split('&')
        return [
          ['a parameter added', { target: `${pathOf(target)}?${query === '' ? '' : `${query}&`}admin=1` }],
          query === '' ? undefined : ['cut', { target: pathOf(target) }],
          query === '' ? undefined : ['repeated', { target: `${target}&${query}` }],
          pairs.length < 2
            ? undefined
            : ['reordered', { target: `${pathOf(target)}?${[...pairs].reverse().join('&')}` }],
        ]
      }),
  },
  {
    number: 71,
    name: 'plus, %20 and broken escapes in the query',
    lacks: needsQuery,
    tries: (kit) =>
      tampered(kit, ({ target }) => [
        ['a broken escape', { target: `${target}%` }],
        ['a space as a plus', { target: `${target}+` }],
        /%20|\+/.test(queryOf(target))
          ? ['plus for %20', { target: pathOf(target) + swapped(queryOf(target)) }]
          : undefined,
      ]),
  },
  {
    number: 74,
    name: 'another host',
    tries: async (kit) => {
      const { craft, plain } = kit
      const { host } = new URL(plain.url)
      const elsewhere = await craft({ plain: { url: plain.url.replace(host, 'other.example') } })
      return [
        // Made for another service that knows the same key, and sent on to this one. A request for this one that only names
        // another is none: a server that was told its own name need not look at Host.
        { name: 'signed for it, and named', sent: [bytesOf(elsewhere)] },
        { name: 'signed for it, and not named', sent: [bytesOf(elsewhere, { host })] },
      ]
    },
  },
  {
    number: 75,
    name: 'method swap',
    tries: (kit) =>
      tampered(kit, ({ method }) =>
        ['DELETE', 'PUT', 'PATCH', 'POST', 'GET', method.toLowerCase()]
          .filter((one) => one !== method)
          .map((one): Tampered => [one, { method: one }]),
      ),
  },
  {
    number: 76,
    name: 'GET to HEAD',
    lacks: ({ plain }) => (plain.method === 'GET' ? undefined : 'a request with GET'),
    tries: (kit) => tampered(kit, () => [['HEAD', { method: 'HEAD' }]]),
  },
]

const otherCase = (one: string): string =>
  one.replace(/[a-z](?=[^/]*\/?$)/i, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
const swapped = (query: string): string => query.replace(/%20|\+/, (one) => (one === '+' ? '%20' : '+'))
function letterEncoded({ target }: HttpRequest, percent = '%'): Tampering {
  const hex = (letter: string): string => percent + letter.charCodeAt(0).toString(16)
  const own = pathOf(target)
  const changed = own.replace(/[a-z0-9](?=[^/]*\/?$)/i, hex)
  return { target: (changed === own ? `${own}${hex('a')}` : changed) + queryOf(target) }
}

const digested =
  (...values: readonly string[]) =>
  (fields: readonly string[]) => [
    ...without(fields, 'content-digest'),
    ...values.flatMap((one) => ['Content-Digest', one]),
  ]

/** The body, and how long it is. */
const BODY_ATTACKS: readonly Attack[] = [
  {
    number: 77,
    name: 'body swap',
    lacks: needsBody,
    tries: (kit) =>
      tampered(kit, ({ body }) => {
        const bytes = body as Uint8Array
        return [
          [
            'another body of the same length',
            { body: bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)) },
          ],
          ['a byte behind it', { body: Uint8Array.of(...bytes, 0x20) }],
          ['cut', { body: bytes.slice(0, -1) }],
          ['none', { body: new Uint8Array() }],
        ]
      }),
  },
  {
    number: 78,
    name: 'digest stripped, made again, weak or one of several wrong',
    lacks: needsBody,
    tries: async (kit) => {
      const { craft, plain } = kit
      const other = utf8('{"withdraw":"all"}')
      const own = contentDigest(plain.body, 'sha-256')
      const wrong = contentDigest(other, 'sha-512')
      const weak = async (name: string, value: string): Promise<Try> => ({
        name,
        sent: [bytesOf(await craft({ fields: digested(value) }), { body: other })],
      })
      const unsigned = await craft({ base: uncovered('"content-digest"'), fields: removed('content-digest') })
      return [
        ...(await tampered(kit, () => [
          ['another body with a digest of its own', { body: other, fields: digested(contentDigest(other, 'sha-256')) }],
          ['no digest', { fields: removed('content-digest') }],
          ['no digest, and another body', { body: other, fields: removed('content-digest') }],
        ])),
        { name: 'signed without a digest, another body', sent: [bytesOf(unsigned, { body: other })] },
        await weak('a signed MD5 alone', 'md5=:CY9rzUYh03PK3k6DJie09g==:'),
        await weak('a signed digest of no known algorithm', 'unixsum=:AAAA:'),
        await weak('an empty signed digest', 'sha-256=::'),
        {
          name: 'a right and a wrong one, both signed',
          sent: [bytesOf(await craft({ fields: digested(`${own}, ${wrong}`) }))],
        },
      ]
    },
  },
  {
    number: 79,
    name: 'a body beside a request that was signed without one',
    lacks: ({ plain }) => (plain.body === null ? undefined : 'a request without a body'),
    tries: (kit) => unsignedBodies(kit),
  },
  {
    number: 80,
    name: 'JSON that was serialised again',
    lacks: ({ plain }) => (reserialised(plain.body) === undefined ? 'a body of JSON (--data)' : undefined),
    tries: (kit) =>
      tampered(kit, ({ body }) => [
        ['with other white space', { body: reserialised(body as Uint8Array) as Uint8Array }],
      ]),
  },
  {
    number: 82,
    name: 'two lengths, and chunks beside a length',
    tries: (kit) =>
      tampered(kit, ({ body }) => {
        const length = (body as Uint8Array | null)?.length ?? 0
        return [
          ['two lengths', { framing: [`Content-Length: ${length}`, `Content-Length: ${length + 1}`] }],
          ['a length with a sign', { framing: [`Content-Length: +${length}`] }],
          ['a length and chunks', { framing: [`Content-Length: ${length}`, 'Transfer-Encoding: chunked'] }],
          ['chunks in disguise', { framing: [`Content-Length: ${length}`, 'Transfer-Encoding: xchunked'] }],
          ['chunks behind a space', { framing: [`Content-Length: ${length}`, 'Transfer-Encoding : chunked'] }],
        ]
      }),
  },
]

function reserialised(body: Uint8Array | null): Uint8Array | undefined {
  try {
    const text = body === null ? undefined : utf8Decode(body)
    if (text === undefined) return undefined
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const [plain, spaced] = [JSON.stringify(value), JSON.stringify(value, null, 1)]
    return utf8(text === spaced ? plain : spaced)
  } catch {
    return undefined
  }
}

/** Number 101 of the catalogue for the head that announces none, and 79 for the one that announces it. */
async function unsignedBodies({ craft }: Kit): Promise<readonly Try[]> {
  const request = await craft()
  const body = utf8('{"withdraw":"all"}')
  const chunked = utf8(`${body.length.toString(16)}\r\n{"withdraw":"all"}\r\n0\r\n\r\n`)
  return [
    { name: 'with a length', sent: [bytesOf(request, { body })] },
    { name: 'in chunks', sent: [bytesOf(request, { body: chunked, framing: ['Transfer-Encoding: chunked'] })] },
    {
      name: 'in chunks, beside a length of 0',
      sent: [bytesOf(request, { body: chunked, framing: ['Content-Length: 0', 'Transfer-Encoding: chunked'] })],
    },
  ]
}

export const MESSAGE_ATTACKS: readonly Attack[] = [...HEADER_ATTACKS, ...TARGET_ATTACKS, ...BODY_ATTACKS]
