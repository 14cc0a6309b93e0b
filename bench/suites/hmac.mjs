import { createHmac, createSecretKey } from 'node:crypto'
import { library } from '../lib/library.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { hmacKey } = await library('countersign')

// The floor of G1 and G2 is createHmac with the secret as a string, as most bots have it; the KeyObject is for comparison.
const secretText = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'
const secret = new TextEncoder().encode(secretText)

/** Texts of one length that differ at both ends. */
const texts = (length) => Array.from({ length: 64 }, (_, i) => `symbol=${i}&`.padEnd(length - 3, 'a').concat(100 + i))

const SIZES = { '64 B': 64, '200 B': 200, '1 KiB': 1024, '16 KiB': 16_384 }

const group = (id, hash, size, bar, goal) => {
  const key = hmacKey({ keyId: 'k1', algorithm: `hmac-${hash}`, secret })
  const object = createSecretKey(secret)
  const base = texts(SIZES[size])
  return {
    title: `HMAC, ${hash}, ${size}`,
    ids: [id],
    check: () => key.signText(base[7], 'hex') === createHmac(hash, secretText).update(base[7]).digest('hex'),
    measure: (options) =>
      interleaved(
        {
          string: (i) =>
            createHmac(hash, secretText)
              .update(base[i & 63])
              .digest('hex'),
          object: (i) =>
            createHmac(hash, object)
              .update(base[i & 63])
              .digest('hex'),
          ours: (i) => key.signText(base[i & 63], 'hex'),
        },
        options,
      ),
    rows: [
      { id, what: `HMAC-${hash} ${size} / createHmac(string)`, value: ratio('ours', 'string'), bar, goal },
      { id, what: `HMAC-${hash} ${size} / createHmac(KeyObject)`, value: ratio('ours', 'object') },
    ],
  }
}

export const groups = [
  group('G1', 'sha256', '64 B', 0.65, 0.55),
  group('G1', 'sha256', '200 B', 0.65, 0.55),
  group('G1', 'sha256', '1 KiB', 0.65, 0.55),
  group('G2', 'sha512', '64 B', 0.8, 0.65),
  group('G2', 'sha512', '200 B', 0.8, 0.65),
  group('G2', 'sha512', '1 KiB', 0.8, 0.65),
  group('G2', 'sha256', '16 KiB', 1, 0.9),
  group('G2', 'sha384', '16 KiB', 1, 0.9),
  group('G2', 'sha512', '16 KiB', 1, 0.9),
]
