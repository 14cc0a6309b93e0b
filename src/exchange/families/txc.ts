import { CountersignError } from '../../errors.js'
import { increasing } from '../signer/nonce-formats.js'
import { asBody, base64Text } from '../spec/envelope.js'
import { isObject, readJson } from '../spec/json-text.js'
import { hex } from '../spec/outputs.js'
import { inJson, type PlaceList } from '../spec/places.js'
import { checkedSha512Key } from '../spec/secrets.js'
import type { Family } from '../spec/spec.js'

/**
 * The `X-TXC-` exchanges: a JSON body that names its own path and nonce, shown a second time in base64, which is signed.
 *
 * @param flags further members that are no text
 */
export function signedBody(
  flags: PlaceList = [],
): Family<'keys' | 'secretKey' | 'nonce' | 'headers' | 'place' | 'base' | 'read' | 'covers' | 'params'> {
  const place = inJson(
    [['request', 'path'], ['nonce', 'nonce'], ...flags],
    undefined,
    true,
    flags.map(([name]) => name),
  )
  return {
    keys: { 'hmac-sha512': hex },
    secretKey: checkedSha512Key,
    nonce: increasing('ms'),
    headers: [
      ['X-TXC-APIKEY', 'key'],
      ['X-TXC-PAYLOAD', 'payload'],
      ['X-TXC-SIGNATURE', 'sign'],
    ],
    // What else is received is asked for below: a flag is no text, and a path that is missing is no path.
    place: { ...asBody(place, 'application/json'), list: [['nonce', 'nonce']] },
    base: ({ body }) => base64Text(body),
    read: ({ payload, path, body }) => {
      if (payload !== base64Text(body))
        throw new CountersignError('DIGEST_MISMATCH', '"X-TXC-PAYLOAD" is not the body in base64')
      const value = readJson(body)
      if (!isObject(value) || value['request'] !== path)
        throw new CountersignError('SIGNATURE_INVALID', 'the body was made for another request')
    },
    covers: ['path', 'body'],
    params: { into: 'json' },
  }
}
