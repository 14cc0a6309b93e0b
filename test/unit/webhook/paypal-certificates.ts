import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bitString, integer, octetString, oid, sequence, smallInteger, tlv } from '../../../src/crypto/format/der.js'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const pem = (path: string): KeyObject =>
  createPrivateKey(readFileSync(new URL(`../../vectors/${path}`, import.meta.url)))

/** Two keys of RSA, and one of another kind. */
export const KEYS = {
  own: pem('paypal/key.pem'),
  other: pem('pkcs8/rsa.pem'),
  elliptic: pem('pkcs8/p256.pem'),
} as const

/** The name that the certificate of these tests must have. */
export const NAME = 'certs.sandbox.example'
export const FROM = Date.UTC(2025, 0, 1)
export const UNTIL = Date.UTC(2027, 0, 1)

const TRUE = tlv(0x01, Uint8Array.of(0xff))
const SHA256_WITH_RSA = '2a864886f70d01010b'

export interface CertificateParts {
  readonly subject?: string
  readonly issuer?: string
  readonly fromMs?: number
  readonly untilMs?: number
  readonly dnsNames?: readonly string[]
  /** Present for one that may issue others, with how many may stand below it. */
  readonly below?: number | 'any'
  readonly key?: KeyObject
  readonly signedBy?: KeyObject
  readonly algorithm?: string
}

const named = (text: string): Uint8Array => sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, ascii(text)))))
const time = (ms: number): Uint8Array => tlv(0x18, ascii(new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, '')))

/** A certificate in PEM, signed with SHA-256 and RSA whatever it states. */
export function certificate(parts: CertificateParts = {}): string {
  const { subject = 'leaf', issuer = 'root', fromMs = FROM, untilMs = UNTIL, dnsNames = [NAME], below } = parts
  const { key = KEYS.own, signedBy = KEYS.own, algorithm = SHA256_WITH_RSA } = parts
  const extensions = [
    sequence(oid('551d11'), octetString(sequence(...dnsNames.map((one) => tlv(0x82, ascii(one)))))),
    ...(below === undefined
      ? []
      : [sequence(oid('551d13'), octetString(sequence(TRUE, ...(below === 'any' ? [] : [smallInteger(below)]))))]),
  ]
  const content = sequence(
    tlv(0xa0, smallInteger(2)),
    integer(Uint8Array.of(5)),
    sequence(oid(algorithm)),
    named(issuer),
    sequence(time(fromMs), time(untilMs)),
    named(subject),
    new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    tlv(0xa3, sequence(...extensions)),
  )
  const signature = new Uint8Array(sign('sha256', content, signedBy))
  const der = sequence(content, sequence(oid(algorithm)), bitString(signature))
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
}
