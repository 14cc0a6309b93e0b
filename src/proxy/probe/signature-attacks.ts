import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import { base64, base64Decode } from '../../crypto/encoding.js'
import type { Attack, Kit, Try } from './attack.js'
import { bytesOf } from './craft.js'

/** How the signature itself is written, and which other bytes are one too. */
export const SIGNATURE_ATTACKS: readonly Attack[] = [
  {
    number: 36,
    name: 'empty signature',
    tries: async ({ craft, label }) => {
      const request = await craft()
      const with_ = (name: string, text: string | undefined) => (fields: readonly string[]) =>
        fields.flatMap((one, at) =>
          at % 2 === 1 ? [] : one !== name ? [one, fields[at + 1] as string] : text === undefined ? [] : [one, text],
        )
      const all: ReadonlyArray<readonly [string, string, string | undefined]> = [
        ['no bytes', 'Signature', `${label}=::`],
        ['an empty field', 'Signature', ''],
        ['no Signature', 'Signature', undefined],
        ['no Signature-Input', 'Signature-Input', undefined],
        ['another label', 'Signature', `other=:${base64(new Uint8Array(64))}:`],
      ]
      return [
        ...all.map(([name, field, text]) => ({ name, sent: [bytesOf(request, { fields: with_(field, text) })] })),
        {
          name: 'neither field',
          sent: [
            bytesOf(request, {
              fields: (fields) => with_('Signature', undefined)(with_('Signature-Input', undefined)(fields)),
            }),
          ],
        },
      ]
    },
  },
  {
    number: 37,
    name: 'truncated or extended signature',
    tries: (kit) =>
      mutated(kit, [
        ['the last byte cut', (bytes) => bytes.slice(0, -1)],
        ['half of it', (bytes) => bytes.slice(0, bytes.length >> 1)],
        ['one byte', (bytes) => bytes.slice(0, 1)],
        ['a byte behind it', (bytes) => Uint8Array.of(...bytes, 0)],
        ['twice', (bytes) => Uint8Array.of(...bytes, ...bytes)],
      ]),
  },
  {
    number: 38,
    name: 'bits flipped',
    tries: (kit) =>
      mutated(
        kit,
        [0, 1, 7, 8, 100, 251, -1].map((at) => [
          `bit ${at === -1 ? 'at the end' : at}`,
          (bytes) => {
            const bit = at === -1 ? bytes.length * 8 - 1 : at
            return bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (128 >> (bit & 7)) : byte))
          },
        ]),
      ),
  },
  {
    number: 39,
    name: 'a replay in another spelling',
    tries: async ({ craft, label }) => {
      const spelt = async (name: string, change: (text: string) => string): Promise<readonly Try[]> => {
        // One signature in fifteen has neither "+" nor "/", and some have no padding: a spelling that is the same is no try.
        for (let drawn = 0; drawn < SPELLINGS; drawn++) {
          const request = await craft()
          const fields = (all: readonly string[]) =>
            all.map((one, at) => (all[at - 1] === 'Signature' ? change(one) : one))
          if (fields(request.fields).join() !== request.fields.join())
            return [{ name, first: bytesOf(request), sent: [bytesOf(request, { fields })] }]
        }
        return []
      }
      const request = await craft()
      const relabelled = (all: readonly string[]) =>
        all.map((one, at) =>
          at % 2 === 1 && /^Signature/.test(all[at - 1] as string) ? one.replace(label, 'other') : one,
        )
      const small = (all: readonly string[]) => all.map((one, at) => (at % 2 === 0 ? one.toLowerCase() : one))
      const all = await Promise.all([
        spelt('without padding', (text) => text.replace(/=+:$/, ':')),
        spelt('URL-safe', (text) => text.replaceAll('+', '-').replaceAll('/', '_')),
        spelt('other bits behind its end', (text) =>
          text.replace(/([A-Za-z0-9+/])(=+):$/, (_, last: string, pad: string) => `${next(last)}${pad}:`),
        ),
        spelt('white space around it', (text) => ` ${text} `),
        [{ name: 'another label', first: bytesOf(request), sent: [bytesOf(request, { fields: relabelled })] }],
        craft().then((one) => [
          {
            name: 'names of fields in small letters',
            first: bytesOf(one),
            sent: [bytesOf(one, { fields: small })],
          },
        ]),
      ])
      return all.flat()
    },
  },
  {
    number: 42,
    name: 'ECDSA with the other s, or in DER',
    lacks: ({ key }) => (ORDERS[key.algorithm] === undefined ? 'an ECDSA key' : undefined),
    tries: async (kit) => {
      const request = await kit.craft()
      const order = ORDERS[kit.key.algorithm] as bigint
      const flip = (bytes: Uint8Array): Uint8Array => {
        const half = bytes.length >> 1
        const s = BigInt(`0x${Buffer.from(bytes.slice(half)).toString('hex')}`)
        const other = (order - s).toString(16).padStart(2 * half, '0')
        return Uint8Array.of(...bytes.slice(0, half), ...Buffer.from(other, 'hex'))
      }
      return [
        {
          name: 'a replay with n - s',
          first: bytesOf(request),
          sent: [bytesOf(request, { fields: onSignature(flip) })],
        },
        ...(await mutated(kit, [['DER', der]])),
      ]
    },
  },
]

/** How many signatures are made to find one whose other spelling differs. */
const SPELLINGS = 64

/** The character after this one in base64: the same bytes for a reader that ignores what does not fill one. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const next = (one: string): string => ALPHABET[(ALPHABET.indexOf(one) + 1) % 64] as string

const onSignature = (change: (bytes: Uint8Array) => Uint8Array) => (fields: readonly string[]) =>
  fields.map((one, at) =>
    fields[at - 1] !== 'Signature'
      ? one
      : one.replace(/:([^:]*):/, (_, text: string) => `:${base64(change(base64Decode(text) ?? new Uint8Array()))}:`),
  )

async function mutated(
  { craft }: Kit,
  all: ReadonlyArray<readonly [name: string, change: (bytes: Uint8Array) => Uint8Array]>,
): Promise<readonly Try[]> {
  const request = await craft()
  return all.map(([name, change]) => ({ name, sent: [bytesOf(request, { fields: onSignature(change) })] }))
}

/** FIPS 186-4 D.1.2: the orders of the curves. */
const ORDERS: Readonly<Partial<Record<KeyAlgorithm, bigint>>> = {
  'ecdsa-p256-sha256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'ecdsa-p384-sha384':
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  'ecdsa-p521-sha512':
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
}

/** SEC 1 C.8: r and s as a sequence of integers. */
function der(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array): number[] => {
    const plain = [...bytes].slice(bytes.findIndex((one) => one !== 0))
    const body = (plain[0] ?? 0) >= 128 ? [0, ...plain] : plain
    return [2, body.length, ...body]
  }
  const half = raw.length >> 1
  const both = [...integer(raw.slice(0, half)), ...integer(raw.slice(half))]
  return Uint8Array.of(0x30, ...(both.length > 127 ? [0x81] : []), both.length, ...both)
}
