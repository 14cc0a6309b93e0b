import { createHmac, createSecretKey } from 'node:crypto'
import { library } from '../lib/library.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { hmacKey } = await library('countersign')

// The floor is createHmac with the secret as a string, as most bots have it; the KeyObject is for comparison.
const secretText = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'
const secret = new TextEncoder().encode(secretText)

/** Texts of one length that differ at both ends. */
const texts = (length) => Array.from({ length: 64 }, (_, i) => `symbol=${i}&`.padEnd(length - 3, 'a').concat(100 + i))

const SIZES = { '64b': 64, '200b': 200, '1kib': 1024, '16kib': 16_384 }
const SAID = { '64b': '64 B', '200b': '200 B', '1kib': '1 KiB', '16kib': '16 KiB' }

const group = (hash, size, bar, goal) => {
  const key = hmacKey({ keyId: 'k1', algorithm: `hmac-${hash}`, secret })
  const object = createSecretKey(secret)
  const base = texts(SIZES[size])
  const name = `hmac/${hash}/${size}`
  const what = `HMAC-${hash} ${SAID[size]}`
  return {
    title: what,
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
      { name: `${name}/string`, what: `${what} / createHmac(string)`, value: ratio('ours', 'string'), bar, goal },
      { name: `${name}/key-object`, what: `${what} / createHmac(KeyObject)`, value: ratio('ours', 'object') },
    ],
  }
}

export const groups = [
  group('sha256', '64b', 0.65, 0.55),
  group('sha256', '200b', 0.65, 0.55),
  group('sha256', '1kib', 0.65, 0.55),
  group('sha512', '64b', 0.8, 0.65),
  group('sha512', '200b', 0.8, 0.65),
  group('sha512', '1kib', 0.8, 0.65),
  group('sha256', '16kib', 1, 0.9),
  group('sha384', '16kib', 1, 0.9),
  group('sha512', '16kib', 1, 0.9),
]
