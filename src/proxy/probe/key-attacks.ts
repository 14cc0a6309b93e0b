import { ALGORITHMS, type Algorithm, type KeyAlgorithm } from '../../crypto/algorithm.js'
import { ed25519PrivateKey } from '../../crypto/ed25519-key.js'
import { utf8 } from '../../crypto/encoding.js'
import { hmacKey } from '../../crypto/hmac-key.js'
import { drawBytes } from '../../crypto/random.js'
import type { Attack, Kit, Try } from './attack.js'
import { type Base, bytesOf } from './craft.js'

/** The base with one parameter written in another way, or added. */
const parameter = (name: string, text: string) => (base: Base) => {
  const written = new RegExp(`;${name}=(?:"(?:[^"\\\\]|\\\\.)*"|[^;]*)`)
  const params = written.test(base.params) ? base.params.replace(written, text) : base.params + text
  return { ...base, params }
}
const keyid = (id: string) => parameter('keyid', `;keyid="${id}"`)
const alg = (name: string) => parameter('alg', `;alg="${name}"`)

const isHmac = (algorithm: KeyAlgorithm): boolean => algorithm.startsWith('hmac-')
const macBy = (secret: Uint8Array, algorithm: 'hmac-sha256' | 'hmac-sha512') =>
  hmacKey({ keyId: 'attacker', algorithm, secret: padded(secret) })
/** A key of HMAC shorter than a block is filled with zeros (RFC 2104 2): the MAC is that of the short one. */
const padded = (secret: Uint8Array): Uint8Array => {
  if (secret.length >= 32) return secret
  const out = new Uint8Array(32)
  out.set(secret)
  return out
}

type Signing = (base: string) => Uint8Array | Promise<Uint8Array>

/** Signed by something else than the key, in its name. */
async function signedBy({ craft }: Kit, name: string, sign: Signing, base?: (base: Base) => Base): Promise<Try> {
  return { name, sent: [bytesOf(await craft({ sign, ...(base && { base }) }))] }
}

/** Whose signature it is, and of what kind. */
export const KEY_ATTACKS: readonly Attack[] = [
  {
    number: 18,
    name: 'HMAC keyed with a public key',
    lacks: ({ publicForms }) => (publicForms.length === 0 ? 'a key with a public half' : undefined),
    tries: (kit) =>
      Promise.all(
        kit.publicForms.flatMap(([form, bytes]) =>
          (['hmac-sha256', 'hmac-sha512'] as const).flatMap((name) => {
            const mac: Signing = (base) => macBy(bytes, name).sign(base)
            return [
              signedBy(kit, `${name} with the ${form}, stated`, mac, alg(name)),
              signedBy(kit, `${name} with the ${form}, not stated`, mac, parameter('alg', '')),
            ]
          }),
        ),
      ),
  },
  {
    number: 19,
    name: 'an algorithm that is none, empty or unknown',
    tries: (kit) =>
      Promise.all(
        ['none', 'None', '', 'sha256', 'hs2019'].flatMap((name) => [
          signedBy(kit, `alg="${name}" without a signature`, () => new Uint8Array(), alg(name)),
          signedBy(kit, `alg="${name}", rightly signed`, (base) => kit.key.sign(base), alg(name)),
        ]),
      ),
  },
  {
    number: 20,
    name: 'the algorithm of another key stated',
    tries: (kit) =>
      Promise.all(
        (Object.keys(ALGORITHMS) as Algorithm[])
          .filter((name) => name !== kit.key.algorithm)
          .map((name) => signedBy(kit, `alg="${name}"`, (base) => kit.key.sign(base), alg(name))),
      ),
  },
  {
    number: 21,
    name: 'key id confusion',
    tries: (kit) =>
      Promise.all(
        [
          `${kit.key.keyId}x`,
          kit.key.keyId.slice(0, -1),
          kit.key.keyId.toUpperCase(),
          '../../etc/passwd',
          '*',
          "' OR 1=1 --",
          '',
        ]
          .filter((id) => id !== kit.key.keyId)
          .map((id) => signedBy(kit, `keyid="${id}"`, (base) => kit.key.sign(base), keyid(id))),
      ),
  },
  {
    number: 22,
    name: 'a key id that is a property of every object',
    tries: (kit) =>
      Promise.all(
        ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((id) =>
          signedBy(kit, `keyid="${id}"`, (base) => kit.key.sign(base), keyid(id)),
        ),
      ),
  },
  {
    number: 24,
    name: "a key of the attacker's own",
    tries: async (kit) => {
      const own = ed25519PrivateKey({ keyId: 'attacker', seed: drawBytes(32) })
      const secrets: ReadonlyArray<readonly [string, Uint8Array]> = [
        ['no secret', new Uint8Array()],
        ['its id as the secret', utf8(kit.key.keyId)],
        ['"secret" as the secret', utf8('secret')],
      ]
      return Promise.all([
        signedBy(kit, 'an Ed25519 key, stated', (base) => own.sign(base), alg('ed25519')),
        signedBy(kit, 'an Ed25519 key, not stated', (base) => own.sign(base)),
        ...secrets.map(([name, secret]) =>
          signedBy(kit, `HMAC with ${name}`, (base) => macBy(secret, 'hmac-sha256').sign(base), alg('hmac-sha256')),
        ),
      ])
    },
  },
]

/** Whether a key can be mistaken for a shared secret. */
export const hasPublicHalf = (algorithm: KeyAlgorithm): boolean => !isHmac(algorithm)
