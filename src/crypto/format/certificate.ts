import { fail } from '../../errors.js'
import { equalBytes, hex } from '../encoding.js'
import { type DerReader, derReader, sequence, TAG, tlv } from './der.js'
import { parsePem } from './pem.js'
import { readAlgorithmIdentifier } from './pkcs8.js'

/** The parts of an X.509 certificate (RFC 5280 4.1) that prove whose key it holds. */
export interface Certificate {
  /** The bytes that its issuer has signed. */
  readonly signed: Uint8Array
  /** In hexadecimal. */
  readonly signatureOid: string
  readonly signature: Uint8Array
  /** DER of the names. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Of the subject alternative name, in lower case. */
  readonly dnsNames: readonly string[]
  /** Whether it may issue others: it states so, its key may sign them, and nothing limits which ones. */
  readonly isAuthority: boolean
  /** How many authorities may stand between it and a leaf. */
  readonly maxBelow: number
}

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const BOOLEAN = 0x01
const UNIQUE_IDS = [0x81, 0x82]
const DNS_NAME = 0x82
const BIT_STRING = 0x03
const OID_ALTERNATIVE_NAME = '551d11'
const OID_BASIC_CONSTRAINTS = '551d13'
const OID_KEY_USAGE = '551d0f'
const OID_EXTENDED_KEY_USAGE = '551d25'
/** Those whose meaning is heeded, or concerns the purpose of a leaf alone. */
const HEEDED: ReadonlySet<string> = /* @__PURE__ */ new Set([
  OID_ALTERNATIVE_NAME,
  OID_BASIC_CONSTRAINTS,
  OID_KEY_USAGE,
  OID_EXTENDED_KEY_USAGE,
])
// RFC 5280 4.2.1.3: bit 5, from the left.
const CERTIFICATE_SIGN = 0x04
const BEGIN = '-----BEGIN CERTIFICATE-----'

const malformed = (): never => fail('KEY_MALFORMED', 'a certificate must be X.509 in DER')

/** RFC 5280 4.1.2.5: `YYMMDDHHMMSSZ` before 2050, and `YYYYMMDDHHMMSSZ`. */
function time(reader: DerReader): number {
  const tag = reader.peek()
  const text = new TextDecoder().decode(reader.next(tag === UTC_TIME ? UTC_TIME : GENERALIZED_TIME))
  const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null || (tag === UTC_TIME) !== (match[1]?.length === 2)) return malformed()
  const [, year = '', month, day, hour, minute, second] = match
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`
  const value = Date.parse(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(value) ? malformed() : value
}

/** Reads one certificate. @throws {CountersignError} `KEY_MALFORMED`. */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = derReader(der)
  const whole = outer.inside()
  outer.end()
  const content = whole.next(TAG.sequence)
  const { oid: signatureOid } = readAlgorithmIdentifier(whole)
  const signature = whole.bits()
  whole.end()

  const fields = derReader(content)
  if (fields.peek() === TAG.context0) fields.next(TAG.context0)
  fields.integer()
  // RFC 5280 4.1.1.2: what is signed repeats the algorithm of the signature.
  if (readAlgorithmIdentifier(fields).oid !== signatureOid) malformed()
  const issuer = sequence(fields.next(TAG.sequence))
  const validity = fields.inside()
  const notBeforeMs = time(validity)
  const notAfterMs = time(validity)
  validity.end()
  const subject = sequence(fields.next(TAG.sequence))
  const publicKey = sequence(fields.next(TAG.sequence))
  for (const tag of UNIQUE_IDS) if (fields.peek() === tag) fields.next(tag)
  const { found, odd } =
    fields.peek() === TAG.context3 ? extensionsOf(fields.inside(TAG.context3)) : { found: new Map(), odd: false }
  fields.end()
  return {
    signed: tlv(TAG.sequence, content),
    ...{ signatureOid, signature, issuer, subject, notBeforeMs, notAfterMs, publicKey },
    dnsNames: dnsNamesOf(found.get(OID_ALTERNATIVE_NAME)),
    ...authorityOf(found.get(OID_BASIC_CONSTRAINTS), found.get(OID_KEY_USAGE), odd),
  }
}

/** Extensions by their id, and whether one is critical and not {@link HEEDED}, such as a limit of names. */
function extensionsOf(explicit: DerReader): { readonly found: ReadonlyMap<string, Uint8Array>; readonly odd: boolean } {
  const all = explicit.inside()
  explicit.end()
  const found = new Map<string, Uint8Array>()
  let odd = false
  while (all.peek() !== undefined) {
    const one = all.inside()
    const id = one.oid()
    const isCritical = one.peek() === BOOLEAN && hex(one.next(BOOLEAN)) === 'ff'
    if (isCritical && !HEEDED.has(id)) odd = true
    // RFC 5280 4.2: one of a kind.
    if (found.has(id)) malformed()
    found.set(id, one.octets())
    one.end()
  }
  return { found, odd }
}

function dnsNamesOf(extension: Uint8Array | undefined): readonly string[] {
  if (extension === undefined) return []
  const names = derReader(extension).inside()
  const found: string[] = []
  for (let tag = names.peek(); tag !== undefined; tag = names.peek()) {
    const value = names.next(tag)
    if (tag === DNS_NAME) found.push(new TextDecoder().decode(value).toLowerCase())
  }
  return found
}

/** RFC 5280 4.2.1.9 and 4.2.1.3. */
function authorityOf(
  basic: Uint8Array | undefined,
  usage: Uint8Array | undefined,
  odd: boolean,
): Pick<Certificate, 'isAuthority' | 'maxBelow'> {
  if (basic === undefined || odd) return { isAuthority: false, maxBelow: 0 }
  const constraints = derReader(basic).inside()
  const isStated = constraints.peek() === BOOLEAN && hex(constraints.next(BOOLEAN)) === 'ff'
  const length = constraints.peek() === undefined ? undefined : constraints.integer()
  const bits = usage === undefined ? undefined : derReader(usage).next(BIT_STRING)
  // Behind the number of unused bits.
  const mayIssue = bits === undefined || ((bits[1] ?? 0) & CERTIFICATE_SIGN) !== 0
  return {
    isAuthority: isStated && mayIssue,
    maxBelow: length === undefined ? Number.POSITIVE_INFINITY : length.length > 1 ? 255 : (length[0] ?? 0),
  }
}

/** The certificates of a PEM text, at most `most`. @throws {CountersignError} `KEY_MALFORMED`. */
export function readCertificates(text: string, most: number): readonly Certificate[] {
  const [before = '', ...blocks] = text.split(BEGIN, most + 2)
  if (before.trim() !== '' || blocks.length === 0 || blocks.length > most)
    fail('KEY_MALFORMED', `there must be 1 to ${most} certificates in PEM and nothing else`)
  return blocks.map((block) => readCertificate(parsePem(BEGIN + block).der))
}

/** Whether the names of two certificates chain, and their times and purpose allow it; the signature is another question. */
export const mayIssue = (parent: Certificate, child: Certificate): boolean =>
  parent.isAuthority && equalBytes(parent.subject, child.issuer)
