import { base64 } from '../../crypto/encoding.js'
import type { Draft } from '../../exchange/spec/draft.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import { readSignature } from '../../exchange/verifier/read-texts.js'
import type { Finding } from '../diagnosis.js'
import { proven } from '../finding.js'
import type { Mac } from '../probes/mac.js'
import type { Way } from './way.js'

/** A passphrase that is sent as it is where its signature is meant. */
export function plainPassphrase(spec: ExchangeSpec, draft: Draft): readonly Finding[] {
  if (spec.passphrase !== 'signed' || draft.passphrase === '') return []
  if (readSignature(spec.keys, undefined, draft.passphrase) !== undefined) return []
  if (/^[0-9a-fA-F]{64}$/.test(draft.passphrase))
    return [
      proven(
        'passphrase-form',
        `The signature of the passphrase is written in hexadecimal, where ${spec.name} takes base64.`,
        'Its text is 64 digits of hexadecimal.',
        'Send base64(HMAC-SHA256(secret, passphrase)): digest("base64"), b64encode(digest()).',
      ),
    ]
  return [
    proven(
      'passphrase-plain',
      `The passphrase is sent as it is, where ${spec.name} takes its signature.`,
      'Its text is not base64 of 32 bytes.',
      'Send base64(HMAC-SHA256(secret, passphrase)) and the key version that says so.',
    ),
  ]
}

/** Whether a signed passphrase is that of the account. */
export function passphraseFinding(
  { spec }: Way,
  draft: Draft,
  macs: readonly Mac[],
  passphrase: string,
): Finding | undefined {
  if (passphrase === '' || draft.passphrase === '') return undefined
  const shown = spec.passphrase === 'signed' ? macs[0] && base64(macs[0].sign(passphrase)) : passphrase
  if (spec.passphrase === 'in-base' || shown === draft.passphrase) return undefined
  return proven(
    'passphrase-other',
    'The passphrase of the request is not that of the account.',
    'It differs from the one that was given here.',
    'Send the passphrase that was chosen when this API key was made; it is not the password of the account.',
  )
}
