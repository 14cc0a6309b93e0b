import { CountersignError, kindOf } from '../../errors.js'
import type { SignContext } from '../scheme.js'
import type { Rfc9421Options } from './options.js'
import { MAX_SECONDS } from './parameters.js'
import { quoted } from './quoted.js'

/** Everything after the list: the part that never changes is written once. */
export function parameterWriter(
  options: Omit<Rfc9421Options, 'digest'>,
  extensions: string,
): (context: SignContext) => string {
  const { key, tag, alg = false, nonce = true, expiresInMs } = options
  if (expiresInMs !== undefined && !(Number.isSafeInteger(expiresInMs) && expiresInMs >= 1000)) {
    throw new CountersignError(
      'CONFIG_INVALID',
      `"expiresInMs" must be an integer from 1000, got ${kindOf(expiresInMs)}`,
    )
  }
  let tail = alg ? `;alg="${key.algorithm}"` : ''
  tail += `;keyid="${key.keyId}"`
  if (tag !== undefined) tail += `;tag=${quoted(tag, 'tag', 'CONFIG_INVALID')}`
  tail += extensions
  return ({ nowMs, nonce: fresh }) => {
    const created = Math.floor(nowMs / 1000)
    // A clock that answers NaN, or in another unit, must not be signed.
    if (!(created >= 0 && created <= MAX_SECONDS))
      throw new CountersignError('ARGUMENT_INVALID', '"nowMs" must be milliseconds since the epoch')
    let out = `;created=${created}`
    if (expiresInMs !== undefined) out += `;expires=${created + Math.floor(expiresInMs / 1000)}`
    if (nonce) out += `;nonce=${quoted(fresh, 'nonce')}`
    return out + tail
  }
}
