import { hmacKey } from '../../../crypto/hmac-key.js'
import { CountersignError } from '../../../errors.js'
import type { Draft } from './draft.js'
import { increasing } from './edge/increasing.js'
import { asBody, base64Text } from './envelope.js'
import { hex } from './outputs.js'
import { inJson, type PlaceList } from './places.js'
import type { VenueSpec } from './spec.js'

type Family = Pick<
  VenueSpec,
  'keys' | 'secretKey' | 'nonce' | 'headers' | 'place' | 'base' | 'read' | 'covers' | 'params'
>

/**
 * The `X-TXC-` venues: a JSON body that names its own path and nonce, shown a second time in base64, which is signed.
 *
 * @param flags further members that are no text
 */
export function signedBody(flags: PlaceList = []): Family {
  const named: PlaceList = [
    ['request', ({ path }: Draft) => path],
    ['nonce', 'nonce'],
  ]
  const place = inJson(
    [...named, ...flags],
    undefined,
    true,
    flags.map(([name]) => name),
  )
  return {
    keys: { 'hmac-sha512': hex },
    secretKey: (options) => hmacKey({ ...options, algorithm: 'hmac-sha512' }),
    nonce: increasing('ms'),
    headers: [
      ['X-TXC-APIKEY', 'key'],
      ['X-TXC-PAYLOAD', 'payload'],
      ['X-TXC-SIGNATURE', 'sign'],
    ],
    // What is received may state no flag, or more than text can say.
    place: { ...asBody(place, 'application/json'), list: named },
    base: ({ body }) => base64Text(body),
    read: ({ payload, body }) => {
      if (payload !== base64Text(body))
        throw new CountersignError('DIGEST_MISMATCH', '"X-TXC-PAYLOAD" is not the body in base64')
    },
    covers: ['path', 'body'],
    params: { into: () => 'json' },
  }
}
