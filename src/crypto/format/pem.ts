import { fail } from '../../errors.js'
import { base64, base64Decode } from '../encoding.js'
import { MAX_DER } from './der.js'

const MAX_PEM = 2 * MAX_DER
const LINE = 64

/** What is between the lines of a PEM text. */
export interface Pem {
  /** Such as `PRIVATE KEY`. */
  readonly label: string
  readonly der: Uint8Array
}

// RFC 7468, one block and nothing else. White space is free inside the body: keys come through environment variables and
// JSON. No quantifier overlaps the next one, so matching is linear.
const BLOCK =
  /^[ \t\r\n]*-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/= \t\r\n]*)-----END ([A-Z0-9 ]{1,40})-----[ \t\r\n]*$/
const EC_PARAMETERS = /^[ \t\r\n]*-----BEGIN EC PARAMETERS-----[A-Za-z0-9+/= \t\r\n]*-----END EC PARAMETERS-----/
const LEGACY_ENCRYPTION = /-----\s*Proc-Type: ?4, ?ENCRYPTED/

/**
 * The one block of a PEM text; `\n` written as two characters and CRLF are line breaks too.
 *
 * @throws {CountersignError} `KEY_MALFORMED`; `KEY_UNSUPPORTED` for the encryption that predates PKCS#8.
 */
export function parsePem(text: string): Pem {
  if (text.length > MAX_PEM) {
    fail('KEY_MALFORMED', `PEM must have at most ${MAX_PEM} characters, got ${text.length}`)
  }
  // `openssl ecparam -genkey` writes the curve first, as a separate block; the key repeats it.
  const plain = text.replaceAll('\\r', '').replaceAll('\\n', '\n').replace(EC_PARAMETERS, '')
  if (LEGACY_ENCRYPTION.test(plain)) {
    fail(
      'KEY_UNSUPPORTED',
      'PEM must be encrypted PKCS#8, got the older OpenSSL encryption; convert it with "openssl pkcs8 -topk8"',
    )
  }
  const match = BLOCK.exec(plain)
  const der = match === null ? undefined : base64Decode((match[2] as string).replace(/[ \t\r\n]/g, ''))
  if (match === null || match[1] !== match[3] || der === undefined || der.length === 0) {
    fail('KEY_MALFORMED', 'PEM must be one BEGIN…END block and nothing else')
  }
  return { label: match[1] as string, der }
}

/** PEM text of DER bytes (RFC 7468), ending in a line break. */
export function formatPem(label: string, der: Uint8Array): string {
  const body = base64(der)
  let lines = ''
  for (let at = 0; at < body.length; at += LINE) lines += `${body.slice(at, at + LINE)}\n`
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`
}
