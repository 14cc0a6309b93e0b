import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { contentDigest } from '../../message/content-digest.js'
import { type Attack, type Kit, needsBody, type Try } from './attack.js'
import { bytesOf, without } from './craft.js'
import { removed, tampered, uncovered } from './tampering.js'

const digested =
  (...values: readonly string[]) =>
  (fields: readonly string[]) => [
    ...without(fields, 'content-digest'),
    ...values.flatMap((one) => ['Content-Digest', one]),
  ]

/** The body, and how long it is. */
export const BODY_ATTACKS: readonly Attack[] = [
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
