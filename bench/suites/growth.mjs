import { library } from '../lib/library.mjs'
import { AUTHORITY, KEY_ID, ORIGIN } from '../lib/messages.mjs'
import { requestOf } from '../lib/ours.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { hmacKey, randomBytes, rfc9421, signRequestSync } = await library('countersign')
const { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } =
  await library('countersign/server')

// How the cost of one accepted request grows with what it holds, and with what the service holds: against the smallest of its
// kind. The bar is linear growth, with a fifth for noise; for what is found by its hash, that it does not grow.
const NOISE = 1.2
const FLAT = { bar: 2, goal: 1.25 }

const keyOf = (keyId) => hmacKey({ keyId, algorithm: 'hmac-sha256', secret: randomBytes(32) })
const key = keyOf(KEY_ID)
const SCOPE = 'orders:write'

/**
 * One contestant: a verifier, and messages that are signed for one use outside of the measured time.
 * @param {{ body?: string, headers?: Record<string, string>, keys?: readonly object[], scopes?: readonly string[], nonces?: number }} setup
 */
function contestant({ body, headers = {}, keys = [], scopes = [SCOPE], nonces = 0 }) {
  const replay = memoryReplayStore({ restartBarrier: false, maxEntries: 2_000_000 })
  const nowMs = Date.now()
  for (let i = 0; i < nonces; i++)
    replay.claim({
      keyId: `other-${i % 64}`,
      nonce: `nonce-${i}`,
      createdMs: nowMs,
      expiresAtMs: nowMs + 300_001,
      nowMs,
    })
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([...keys, { key, owner: 'alice', scopes }]),
    policy: strictPolicy({ authorities: [AUTHORITY] }),
    replay,
  })
  const signer = rfc9421({ key })
  const fact = { method: body === undefined ? 'GET' : 'POST', url: `${ORIGIN}/v1/orders/1`, headers, body }
  const sign = () => signRequestSync(requestOf(fact), signer)
  let batch = []
  return {
    verify: () => verifier.verify(sign(), { scope: SCOPE }),
    before: (n) => {
      batch = Array.from({ length: n }, sign)
    },
    op: (i) => verifier.verify(batch[i], { scope: SCOPE }),
  }
}

/**
 * @param {string} name of the rows below `growth`
 * @param {string} what
 * @param {readonly number[]} sizes the smallest first
 * @param {(size: number) => Parameters<typeof contestant>[0]} setup
 * @param {{ said?: (size: number) => string, limits?: { bar: number, goal: number } }} [more]
 */
const group = (name, what, [least, ...more], setup, { said = String, limits } = {}) => ({
  title: `how the cost grows with ${what}`,
  check: async () => (await contestant(setup(least)).verify()).ok === true,
  measure: (options) =>
    interleaved(Object.fromEntries([least, ...more].map((size) => [`${size}`, contestant(setup(size))])), options),
  rows: more.map((size) => ({
    name: `growth/${name}/${size}`,
    what: `${what}: ${said(size)} / ${said(least)}, ${size / least} times as much`,
    value: ratio(`${size}`, `${least}`),
    ...(limits ?? { bar: (size / least) * NOISE, goal: size / least }),
  })),
})

const many = (count, make) => Array.from({ length: count }, (_, i) => make(i))
const kib = (size) => (size >= 1024 ? `${size / 1024} KiB` : `${size} B`)

export const groups = [
  group('body', 'bytes of the body', [256, 4_096, 65_536, 1_048_576], (size) => ({ body: 'a'.repeat(size) }), {
    said: kib,
  }),
  group('headers', 'header fields', [4, 16, 64], (size) => ({
    headers: Object.fromEntries(many(size, (i) => [`x-field-${i}`, `value ${i}`])),
  })),
  group(
    'keys',
    'keys of the service',
    [10, 1_000, 10_000],
    (size) => ({
      keys: many(size - 1, (i) => ({ key: keyOf(`key-${i}`), owner: `owner-${i}` })),
    }),
    { limits: FLAT },
  ),
  group('nonces', 'nonces that are remembered', [1_000, 10_000, 100_000], (size) => ({ nonces: size }), {
    limits: FLAT,
  }),
  group('scopes', 'scopes of the key', [1, 8, 32], (size) => ({
    scopes: [...many(size - 1, (i) => `resource-${i}:read`), SCOPE],
  })),
]
