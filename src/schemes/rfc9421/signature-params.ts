import { CountersignError } from '../../errors.js'
import { type Bare, serializeBare, serializeParameters } from '../../message/structured-fields.js'
import type { SignContext } from '../scheme.js'
import { configured, type Rfc9421Options } from './options.js'
import { MAX_SECONDS } from './parameters.js'

// RFC 9651 3.2: a dictionary key.
export const LABEL: RegExp = /^[a-z*][a-z0-9_.*-]{0,63}$/
const REGISTERED = new Set(['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'])

/** Everything after the list: the part that never changes is written once. */
export function parameterWriter(options: Rfc9421Options): (context: SignContext) => string {
  const { key, tag, alg = false, nonce = true, expiresInMs, parameters = {} } = options
  if (expiresInMs !== undefined && !(Number.isSafeInteger(expiresInMs) && expiresInMs >= 1000)) {
    throw new CountersignError('CONFIG_INVALID', '"expiresInMs" expected an integer of at least 1000')
  }
  let tail = alg ? `;alg="${key.algorithm}"` : ''
  tail += `;keyid="${key.keyId}"`
  if (tag !== undefined) tail += `;tag=${configured('tag', () => serializeBare({ type: 'string', value: tag }))}`
  for (const name of Object.keys(parameters)) {
    if (!LABEL.test(name) || REGISTERED.has(name)) {
      throw new CountersignError(
        'CONFIG_INVALID',
        '"parameters" expected extension names that are structured-field keys',
      )
    }
    const value = parameters[name] as Bare
    tail += configured('parameters', () => serializeParameters([[name, value]]))
  }
  return ({ nowMs, nonce: fresh }) => {
    const created = Math.floor(nowMs / 1000)
    // A clock that answers NaN, or in another unit, must not be signed.
    if (!(created >= 0 && created <= MAX_SECONDS))
      throw new CountersignError('ARGUMENT_INVALID', '"nowMs" expected milliseconds since the epoch')
    let out = `;created=${created}`
    if (expiresInMs !== undefined) out += `;expires=${created + Math.floor(expiresInMs / 1000)}`
    if (nonce)
      out += `;nonce=${/^[A-Za-z0-9_-]+$/.test(fresh) ? `"${fresh}"` : serializeBare({ type: 'string', value: fresh })}`
    return out + tail
  }
}
