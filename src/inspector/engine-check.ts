import { isAlgorithm } from '../crypto/algorithm.js'
import { base64urlDecode, hex, utf8Decode } from '../crypto/encoding.js'
import { type Capture, type DiagnoseOptions, diagnose, readCapture } from '../doctor/index.js'
import { isCountersignError } from '../errors.js'
import { defined } from '../support/defined.js'
import type { Checked, KeyUse, Problem, ReadRequest } from './engine-types.js'
import { type CheckForm, momentOf } from './forms.js'
import { signaturesOf } from './signatures.js'

/** What the caller did wrong is a sentence on the page; what is a fault of the program shows as one. */
export const problemOf = (error: unknown, field?: string): Problem => {
  if (!isCountersignError(error)) throw error
  return defined({ problem: error.message, field })
}

/** Reads, judges and explains a request, or what an answer without one says. Nothing leaves the page. */
export async function check(form: CheckForm, nowMs: number): Promise<Checked | Problem> {
  const text = form.text.trim() === '' ? form.refusal : form.text
  const capture = captureOf(text)
  const key = keyOf(form.key)
  if ('problem' in key) return key
  const at = momentOf(form.at, nowMs)
  if (Number.isNaN(at)) return { problem: 'The time must be "now", seconds, milliseconds or a date.', field: 'at' }
  try {
    // The text itself: how a shell signs is seen in it, and in no request that was read from it.
    const diagnosis = await diagnose(
      text,
      defined({
        ...key.options,
        ...(form.scheme !== '' && { scheme: form.scheme }),
        ...(isAlgorithm(form.algorithm) && { algorithm: form.algorithm }),
        ...(form.passphrase !== '' && { passphrase: form.passphrase }),
        ...(form.stringToSign !== '' && { stringToSign: form.stringToSign }),
        ...(form.refusal.trim() !== '' && { refusal: form.refusal }),
        ...(isSlow(form.key, key) && { budgetMs: SLOW_MS }),
        nowMs: at,
      }),
    )
    if (capture === undefined) return { signatures: [], diagnosis, keyUse: key.use }
    const signatures = signaturesOf(capture, diagnosis.scheme)
    return { request: requestOf(capture), signatures, diagnosis, keyUse: key.use }
  } catch (error) {
    return problemOf(error, capture === undefined ? 'text' : undefined)
  }
}

/** The request; `undefined` for a text that holds none: an answer is explained all the same, and anything else is refused there. */
function captureOf(text: string): Capture | undefined {
  try {
    return readCapture(text)
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return undefined
  }
}

// Curves in JavaScript take some ten times as long as a MAC or the curves of a server, and the page stays usable beside its worker.
const SLOW_MS = 3_000
const WALLET = /^\s*0x[0-9a-f]{40}\s*$/i

const isSlow = (text: string, { use }: KeyText): boolean => use === 'public key' || WALLET.test(text)

const requestOf = ({ format, method, url, headers, body, unread }: Capture): ReadRequest => ({
  format,
  method,
  url,
  headers,
  body: body === undefined ? '' : (utf8Decode(body) ?? `hexadecimal: ${hex(body)}`),
  unread,
})

interface KeyText {
  readonly use: KeyUse
  readonly options: DiagnoseOptions
}

const PRIVATE: Problem = {
  problem: 'That is a private key. A signature is judged with the public half: paste that one.',
  field: 'key',
}

/** A secret, or the public key that PEM and JWK are by their form. */
export function keyOf(text: string): KeyText | Problem {
  const trimmed = text.trim()
  if (trimmed === '') return { use: 'none', options: {} }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(trimmed)) return PRIVATE
  if (/-----BEGIN [A-Z ]*PUBLIC KEY-----/.test(trimmed)) return { use: 'public key', options: { publicKey: trimmed } }
  const jwk = jwkOf(trimmed)
  if (jwk === undefined) return { use: 'secret', options: { secret: text } }
  if (jwk['kty'] !== 'oct') return 'd' in jwk ? PRIVATE : { use: 'public key', options: { publicKey: jwk } }
  const secret = base64urlDecode(String(jwk['k']))
  return secret === undefined
    ? { problem: 'The JWK must have its secret in "k", in base64url.', field: 'key' }
    : { use: 'secret', options: { secret } }
}

function jwkOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'kty' in value
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
