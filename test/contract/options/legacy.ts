import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { cavage, cavageVerifier } from '../../../src/schemes/legacy/cavage/index.js'
import type { OptionsRoom } from './row.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/legacy/cavage#cavage',
      call: (extra) => cavage({ key, ...extra }),
      misspelt: [
        ['header', 'headers'],
        ['components', 'headers'],
        ['expiresIn', 'expiresInMs'],
      ],
    },
    {
      name: 'countersign/legacy/cavage#cavageVerifier',
      call: (extra) => cavageVerifier(extra),
      misspelt: [
        ['certificates', 'certificate'],
        ['maxAgeMs', 'policy'],
      ],
    },
  ],
  without: {},
}
