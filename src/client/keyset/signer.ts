import type { SigningKey } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import type { Service, SignContext, Signer, SignScheme } from '../../schemes/scheme.js'

/** The signer of a keyset: what the signers of its keys are, except that it belongs to none of them. */
export type KeysetSigner<K extends SigningKey, S extends Signer<K>> = S extends {
  readonly service: infer V extends Service
}
  ? Signer<K> & { readonly service: V }
  : Signer<K>

/**
 * A signer whose key is another one after each switch. Take `key` once and ask that object for its id, its
 * algorithm and its signature, so these never mix; and the scheme finds its own half by the id it is given. Nothing here
 * depends on when a switch happens.
 */
export function signerOfKeyset<K extends SigningKey, S extends Signer<K>>(
  current: () => K,
  has: (keyId: string) => boolean,
  make: (key: K) => S,
): KeysetSigner<K, S> {
  // By id for the scheme, by key for a key that was replaced under the same id. Keys of the set only, which bounds it.
  const made = new Map<string, { readonly key: K; readonly signer: S }>()

  const signerOf = (key: K): S => {
    const known = made.get(key.keyId)
    if (known?.key === key) return known.signer
    for (const keyId of made.keys()) if (!has(keyId)) made.delete(keyId)
    const signer = make(key)
    made.set(key.keyId, { key, signer })
    return signer
  }

  const first = signerOf(current())
  const scheme: SignScheme = {
    id: first.scheme.id,
    prepare: (message, context: SignContext) => {
      const known = made.get(context.keyId)
      if (known === undefined) fail('KEY_STATE', 'keyset no longer holds the key that was to sign')
      return known.signer.scheme.prepare(message, context)
    },
  }
  const signer: Signer<K> = {
    scheme,
    get key() {
      return signerOf(current()).key
    },
    ...(first.service !== undefined && { service: first.service }),
    ...(first.answer !== undefined && {
      answer: (refusal, request) => signerOf(current()).answer?.(refusal, request),
    }),
  }
  return Object.freeze(signer) as KeysetSigner<K, S>
}
