import type { SigningKey } from '../../crypto/key.js'
import { isCountersignError } from '../../errors.js'
import type { Signer } from '../scheme.js'
import { parseAcceptSignature, type SignatureRequest } from './accept-signature.js'
import { type Component, type ComponentInit, component } from './component.js'
import type { Rfc9421Options } from './options.js'
import { REQUEST, WHEN_PRESENT } from './shape.js'

const MAX_COMPONENTS = 16
const LIFETIME_MS = 300_000

/**
 * The signer that answers an `Accept-Signature` (RFC 9421 5.2): the same key, and everything this signer covers already,
 * with what is asked for added. `undefined` where that cannot be: another key, algorithm or tag, or a value that is broken.
 * `make` is `rfc9421` itself.
 */
export function negotiated<K extends SigningKey>(
  options: Rfc9421Options<K>,
  text: string,
  make: (options: Rfc9421Options<K>) => Signer<K>,
): Signer<K> | undefined {
  try {
    for (const asked of parseAcceptSignature(text)) {
      const { key, tag } = options
      if ((asked.keyId ?? key.keyId) !== key.keyId || (asked.alg ?? key.algorithm) !== key.algorithm) continue
      // Another tag is another application's signature.
      if (asked.components.length > MAX_COMPONENTS || (tag ?? asked.tag) !== (asked.tag ?? tag)) continue
      return withNonce(make({ ...options, ...extended(options, asked) }), asked.nonce)
    }
  } catch (error) {
    // The value comes from the wire: what it asks for may be impossible, and then there is no answer to it.
    if (!isCountersignError(error)) throw error
  }
  return undefined
}

function extended(options: Rfc9421Options, asked: SignatureRequest): Omit<Rfc9421Options, 'key'> {
  const { components = REQUEST, whenPresent = WHEN_PRESENT, fieldTypes = {}, digest = 'sha-256' } = options
  const { wants, tag } = asked
  const covered = new Set([...components, ...whenPresent].map((init) => component(init, fieldTypes).canonical))
  const added = asked.components.filter(({ canonical }) => !covered.has(canonical))
  // A plain field is covered where the request has it: servers ask for the digest of a body that a GET does not have.
  const fields = added.filter(({ name, canonical }) => name === canonical && !name.startsWith('@'))
  return {
    label: asked.label,
    components: [...components, ...added.filter((one) => !fields.includes(one)).map(initOf)],
    whenPresent: [...whenPresent, ...fields.map(({ name }) => name)],
    // Asking for the digest of a signer that makes none is asking it to make one.
    digest: digest === false && asked.components.some(({ name }) => name === 'content-digest') ? 'sha-256' : digest,
    ...(tag === undefined ? {} : { tag }),
    ...(wants.has('alg') ? { alg: true } : {}),
    ...(wants.has('nonce') ? { nonce: true } : {}),
    ...(wants.has('expires') ? { expiresInMs: options.expiresInMs ?? LIFETIME_MS } : {}),
  }
}

/** RFC 9421 5.1: a nonce that comes with a value is to be used as it is. */
function withNonce<K extends SigningKey>(signer: Signer<K>, nonce: string | undefined): Signer<K> {
  if (nonce === undefined) return signer
  const { scheme, key } = signer
  return { key, scheme: { ...scheme, prepare: (message, context) => scheme.prepare(message, { ...context, nonce }) } }
}

/** The component as a signer writes it, from its canonical identifier. */
function initOf({ name, canonical }: Component): ComponentInit {
  const parameters: Record<string, string | true> = {}
  for (const [, key, value] of canonical.slice(name.length).matchAll(/;([a-z]+)(?:=("(?:[^"\\]|\\.)*"))?/g)) {
    parameters[key as string] = value === undefined ? true : (JSON.parse(value) as string)
  }
  return [name, parameters]
}
