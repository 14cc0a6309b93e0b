import { ed25519PrivateKey } from '../crypto/ed25519-key.js'
import { utf8 } from '../crypto/encoding.js'
import { hmacKey } from '../crypto/hmac-key.js'
import type { SyncSigningKey } from '../crypto/key.js'
import { httpRequest } from '../message/message.js'
import { rfc9421Signer } from '../schemes/rfc9421/custom-signer.js'
import type { Rfc9421SignerOptions } from '../schemes/rfc9421/options.js'
import { signPreparedSync } from '../schemes/scheme.js'
import type { Demands } from './demands.js'

/** A published secret of 32 characters: nothing may be protected by it. */
export const EXAMPLE_SECRET = 'this-secret-is-only-for-examples'
const NOW_MS = 1_790_000_000_000
const NONCE = 'an-example-nonce-0001'

/** One request with everything that becomes of it. */
export interface Example {
  readonly keyId: string
  readonly algorithm: string
  /** The signed text. */
  readonly base: string
  /** The request as it is on the wire. */
  readonly request: string
}

/** Signed by the code that the service verifies with, so that page and verifier cannot disagree. */
export function exampleOf(demands: Demands, origin: string, keyId: string): Example {
  const key: SyncSigningKey = demands.algorithms.includes('hmac-sha256')
    ? hmacKey({ keyId, algorithm: 'hmac-sha256', secret: utf8(EXAMPLE_SECRET) })
    : ed25519PrivateKey({ keyId, seed: utf8(EXAMPLE_SECRET) })
  const { scheme } =
    demands.kind === 'rfc9421' ? rfc9421Signer({ ...rfc9421Options(demands), key }) : demands.scheme.signer({ key })
  const { fields, bodyFields } = demands
  const unsigned = httpRequest({
    method: 'POST',
    url: `${origin}/orders?dry=1`,
    headers: {
      'Content-Type': 'application/json',
      ...Object.fromEntries(
        [...fields, ...bodyFields].filter((name) => name !== 'content-type').map((name) => [name, 'example']),
      ),
    },
    body: '{"qty":1}',
  })
  const prepared = scheme.prepare(unsigned, { keyId, algorithm: key.algorithm, nowMs: NOW_MS, nonce: NONCE })
  const signed = signPreparedSync(prepared, key)
  const lines = signed.fields.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${signed.fields[at + 1]}`] : []))
  const head = [`POST ${signed.target} HTTP/1.1`, `Host: ${signed.authority}`, ...lines, 'Content-Length: 9']
  return {
    keyId,
    algorithm: key.algorithm,
    base: typeof prepared.base === 'string' ? prepared.base : new TextDecoder().decode(prepared.base),
    request: `${head.join('\n')}\n\n{"qty":1}`,
  }
}

/** The options of the signer that meets the policy. */
export const rfc9421Options = ({
  settings: { covered, whenPresent, label, tag, expiresIn },
}: Demands & { readonly kind: 'rfc9421' }): Omit<Rfc9421SignerOptions, 'key'> => ({
  components: covered,
  whenPresent,
  label,
  ...(tag !== '' && { tag }),
  ...(expiresIn > 0 && { expiresInMs: expiresIn * 1000 }),
})
