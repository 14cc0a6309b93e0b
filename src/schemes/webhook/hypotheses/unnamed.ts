import type { HttpRequest } from '../../../message/message.js'
import type { KeyReading, SchemeHypotheses } from '../../scheme/scheme-reading.js'
import { BASE64, BASE64URL, type Codec, HEX } from '../codecs.js'
import { inField } from '../places.js'
import type { WebhookSpec } from '../webhook.js'
import { readingOf } from './hypotheses.js'
import { PUBLIC_KEY, PUBLIC_KEY_P256, SHA1, TEXT } from './keys.js'

const NAME = /^(?:[a-z0-9]+-){0,6}(?:signature|sign|hmac)(?:-(?:v?\d|256|512|sha-?1|sha-?256|sha-?512|hmac-sha256))?$/
const VALUE =
  /^((?:sha1|sha256|sha512|hmac-sha256|[vhs]\d{0,2}|sig|signature)[=,:])?([0-9a-f]+|[A-Za-z0-9+/_-]{27,700}={0,2})$/i

const RSA: KeyReading = { ...PUBLIC_KEY_P256, algorithms: ['rsa-v1_5-sha256'] }

const STAMPED = /^((?:t|ts|time|timestamp)=(\d{10,13}),\s*)(?=\w{1,8}=)/i

const HASHES: ReadonlyMap<number, KeyReading> = /* @__PURE__ */ new Map([
  [20, SHA1],
  [32, TEXT],
  // A hash, or a signature of Ed25519.
  [64, { ...PUBLIC_KEY, algorithms: ['hmac-sha512', 'ed25519'] }],
  [256, RSA],
  [384, RSA],
  [512, RSA],
])

/** By the length of a signature; DER of an elliptic curve begins with 0x30. */
const keysOf = (bytes: Uint8Array | undefined): KeyReading | undefined =>
  bytes !== undefined && bytes[0] === 0x30 && bytes[1] === bytes.length - 2 && bytes.length > 66 && bytes.length < 73
    ? PUBLIC_KEY_P256
    : HASHES.get(bytes?.length ?? 0)

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean => start.every((one, at) => bytes[at] === one)

/** The fields in pairs. */
const pairsOf = ({ fields }: HttpRequest): ReadonlyArray<readonly [name: string, value: string]> =>
  fields.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), (fields[at + 1] ?? '').trim()] as const] : []))

function codecOf(text: string): Codec {
  if (/^[0-9a-f]+$/i.test(text) && text.length % 2 === 0) return HEX
  return /[-_]/.test(text) || text.length % 4 !== 0 ? BASE64URL : BASE64
}

/**
 * A delivery of a sender who has no row here: one field whose name says that a signature stands in it, and whose value has the
 * length of an HMAC, beside a body. Most of them sign the body as it is, or the time before it.
 */
export const UNNAMED_HYPOTHESES: SchemeHypotheses = {
  ids: [],
  read: (request) => {
    const { body } = request
    if (!(body instanceof Uint8Array) || body.length === 0) return undefined
    const pairs = pairsOf(request)
    const found = pairs.flatMap(([name, value]) => {
      // As Stripe writes it: t=…,v1=….
      const [, label = '', stamp = ''] = (NAME.test(name) && STAMPED.exec(value)) || []
      const [, prefix = '', text = ''] =
        (NAME.test(name) && VALUE.exec(stamp === '' ? value : value.slice(label.length))) || []
      const codec = codecOf(text)
      const bytes = text === '' ? undefined : codec.decode(text)
      // hash.Sum(body) of Go: the hash of nothing, behind the body.
      const isBehind = bytes !== undefined && bytes.length > body.length && startsWith(bytes, body)
      const keys = keysOf(isBehind ? bytes.subarray(body.length) : bytes)
      return keys === undefined ? [] : [{ name, prefix: label + prefix, codec, keys, stamp }]
    })
    const [one] = found
    if (one === undefined || found.length > 1) return undefined
    const time = one.stamp === '' ? pairs.find(([name]) => /(?:^|-)(?:timestamp|time|ts)$/.test(name))?.[1] : one.stamp
    const id = pairs.find(([name]) => /(?:^|-)(?:id|nonce)$/.test(name))?.[1]
    const spec: WebhookSpec = {
      id: 'webhook',
      place: inField(one.name, one.codec, { prefix: one.prefix }),
      base: ({ body }) => [body],
      ...(time !== undefined && {
        alternatives: [
          ({ body }) => [`${time}.`, body],
          ({ body }) => [time, body],
          ({ body }) => [body, time],
          ({ body }) => [`${time}:`, body],
          ({ body }) => [`v0:${time}:`, body],
          ({ body }) => [`${time}\n`, body],
          ...(id === undefined
            ? []
            : [
                ({ body }: { readonly body: Uint8Array }) => [`${id}.${time}.`, body],
                ({ body }: { readonly body: Uint8Array }) => [`${time}.${id}.`, body],
                ({ body }: { readonly body: Uint8Array }) => [`${time}\n${id}\n`, body, '\n'],
              ]),
        ],
      }),
      weaknesses: [],
    }
    return readingOf({ spec, name: 'The sender', keys: one.keys, fields: [one.name] }, request)
  },
}
