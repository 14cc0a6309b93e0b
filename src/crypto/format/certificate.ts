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
  readonly isAuthority: boolean
}

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const BOOLEAN = 0x01
const UNIQUE_IDS = [0x81, 0x82]
const DNS_NAME = 0x82
const OID_ALTERNATIVE_NAME = '551d11'
const OID_BASIC_CONSTRAINTS = '551d13'
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
  const extensions = fields.peek() === TAG.context3 ? extensionsOf(fields.inside(TAG.context3)) : new Map()
  fields.end()
  return {
    signed: tlv(TAG.sequence, content),
    ...{ signatureOid, signature, issuer, subject, notBeforeMs, notAfterMs, publicKey },
    dnsNames: dnsNamesOf(extensions.get(OID_ALTERNATIVE_NAME)),
    isAuthority: isAuthority(extensions.get(OID_BASIC_CONSTRAINTS)),
  }
}

function extensionsOf(explicit: DerReader): ReadonlyMap<string, Uint8Array> {
  const all = explicit.inside()
  explicit.end()
  const found = new Map<string, Uint8Array>()
  while (all.peek() !== undefined) {
    const one = all.inside()
    const id = one.oid()
    if (one.peek() === BOOLEAN) one.next(BOOLEAN)
    // RFC 5280 4.2: one of a kind.
    if (found.has(id)) malformed()
    found.set(id, one.octets())
    one.end()
  }
  return found
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

function isAuthority(extension: Uint8Array | undefined): boolean {
  if (extension === undefined) return false
  const constraints = derReader(extension).inside()
  return constraints.peek() === BOOLEAN && hex(constraints.next(BOOLEAN)) === 'ff'
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
