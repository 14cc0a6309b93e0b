import { equalBytes, utf8, utf8Decode } from '../crypto/encoding.js'
import { Secret } from '../crypto/secret.js'
import type { Case } from './case-shape.js'
import type { DiagnoseOptions, Finding } from './diagnosis.js'
import { proven } from './finding.js'
import { readingsOf } from './signature-text.js'

const SHOWN: Finding = /* @__PURE__ */ proven(
  'signature-is-secret',
  'The secret itself was sent in place of a signature.',
  'The text of the signature is that of the secret which was given here.',
  'Make a new key at once, this one is known to everything on the way. The signature is HMAC of the text to sign, with the secret as its key.',
)

/** Whether the signature is the secret: as its characters, or as the bytes of one of its readings. */
function isShown(secret: NonNullable<DiagnoseOptions['secret']>, { signText, received }: Case): boolean {
  const bytes = secret instanceof Secret ? secret.reveal() : secret
  const text = typeof bytes === 'string' ? bytes.trim() : utf8Decode(bytes)
  if (text === undefined || text.length < LEAST_SECRET) return false
  if (signText === undefined) return false
  const readings = readingsOf(text)
  return signText === text || received.some((one) => readings.some(({ bytes: read }) => equalBytes(read, one.bytes)))
}

const LEAST_SECRET = 8

const TEXT_ITSELF: Finding = /* @__PURE__ */ proven(
  'signature-is-text',
  'The text to sign was sent in place of a signature.',
  'The bytes of the signature begin with the text to sign.',
  'Sign the text. In Go, mac.Sum(text) appends the MAC of nothing to the text: it is mac.Write(text), then mac.Sum(nil).',
)

/** Whether the signature begins with what should have been signed. */
function isTextItself({ subject, received }: Case): boolean {
  const text = subject?.compose(subject.state)
  if (text === undefined || text.length === 0) return false
  const bytes = typeof text === 'string' ? utf8(text) : text
  return received.some((one) => equalBytes(one.bytes.subarray(0, bytes.length), bytes))
}

/** What was sent in place of a signature: the secret, or the text that should have been signed. */
export const sentInPlace = (one: Case, secret: DiagnoseOptions['secret']): Finding | undefined =>
  secret !== undefined && isShown(secret, one) ? SHOWN : isTextItself(one) ? TEXT_ITSELF : undefined
