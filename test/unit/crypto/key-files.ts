import { readFileSync } from 'node:fs'

/** The passphrase of every encrypted file in `test/vectors/pkcs8`. */
export const PASSPHRASE = 'correct horse battery staple'

/** One of the files OpenSSL wrote. */
export const keyFile = (name: string): string =>
  readFileSync(new URL(`../../vectors/pkcs8/${name}.pem`, import.meta.url), 'utf8')

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

export const hexOf = (value: Uint8Array): string => Buffer.from(value).toString('hex')

/** DER of a PEM file. */
export const derOf = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, ''), 'base64'))

export const pemOf = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`
