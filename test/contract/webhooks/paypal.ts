import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importSigningKey } from '../../../src/crypto/index.js'
import { paypal } from '../../../src/webhook/paypal/paypal.js'
import type { SenderRow } from './row.js'

interface Vector {
  readonly source: string
  readonly transmission_id: string
  readonly transmission_time: string
  readonly transmission_sig: string
  readonly webhook_id: string
  readonly body: string
  readonly certificate: string
  readonly issuer: string
}

/** The webhook that PayPal's own Java package tests with, its certificate, and that of the authority. */
export const PAYPAL_VECTOR: Vector = JSON.parse(
  readFileSync(join(process.cwd(), 'test/vectors/paypal/webhook.json'), 'utf8'),
) as Vector
export const PAYPAL_HEADERS: Readonly<Record<string, string>> = {
  'paypal-transmission-id': PAYPAL_VECTOR.transmission_id,
  'paypal-transmission-time': PAYPAL_VECTOR.transmission_time,
  'paypal-transmission-sig': PAYPAL_VECTOR.transmission_sig,
  'paypal-auth-algo': 'SHA256withRSA',
  'paypal-cert-url': 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-aecacc47',
}
export const PAYPAL_NOW = Date.parse(PAYPAL_VECTOR.transmission_time)

// Made for this test.
const PEM = readFileSync(join(process.cwd(), 'test/vectors/paypal/key.pem'), 'utf8')
const pair = await importSigningKey(PEM, { keyId: 'paypal', algorithm: 'rsa-v1_5-sha256' })
const key = {
  keyId: 'paypal',
  algorithm: 'rsa-v1_5-sha256',
  sign: pair.sign,
  verify: pair.verifyingKey.verify,
} as const

/** PayPal, with a key in place of its certificates. */
export const PAYPAL_SENDERS: readonly SenderRow[] = [
  {
    name: 'countersign/webhook/paypal#paypal',
    make: paypal,
    options: { webhookId: '96605875FF6516633', keys: [key] },
    receiving: { webhookId: '96605875FF6516633', keys: [pair.verifyingKey] },
    misspelt: [
      ['webhookid', 'webhookId'],
      ['env', 'environment'],
      ['key', 'keys'],
      ['tolerance', 'toleranceMs'],
    ],
    golden: [],
  },
]
