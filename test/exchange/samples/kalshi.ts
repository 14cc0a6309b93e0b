import { constants, createPublicKey, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  ed25519PrivateKey,
  importRsaSigningKey,
  isSyncKey,
  type SyncSigningKey,
  type SyncVerifyingKey,
} from '../../../src/crypto/index.js'
import { kalshi } from '../../../src/exchange/catalogue/kalshi.js'
import type { ExchangeSample } from '../sample.js'

const pem = readFileSync(new URL('../../vectors/pkcs8/rsa.pem', import.meta.url), 'utf8')
const facts = { keyId: 'key-kalshi', algorithm: 'rsa-pss-sha256' } as const
const own = await importRsaSigningKey(pem, facts)

// The laws need answers at once; in a browser RSA never gives one, so Node.js stands in for the key there.
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
const bytes = (base: string | Uint8Array) => Buffer.from(base as string)
const key: SyncSigningKey = isSyncKey(own)
  ? own
  : { ...facts, sign: (base) => new Uint8Array(sign('sha256', bytes(base), { key: pem, ...pss })) }
const verifyingKey = isSyncKey(own)
  ? (own.verifyingKey as SyncVerifyingKey)
  : {
      ...facts,
      verify: (base: string | Uint8Array, signature: Uint8Array) =>
        verify('sha256', bytes(base), { key: createPublicKey(pem), ...pss }, signature),
    }

const ed25519 = ed25519PrivateKey({ keyId: 'key-kalshi', seed: new Uint8Array(32).fill(6) })

export const samples: readonly ExchangeSample[] = [
  {
    name: 'kalshi',
    exchange: kalshi(),
    signer: kalshi({ key }),
    verifyingKey,
    paths: ['/trade-api/v2/portfolio/orders', '/trade-api/v2/portfolio/balance'],
  },
  {
    name: 'kalshi ed25519',
    exchange: kalshi(),
    signer: kalshi({ key: ed25519 }),
    verifyingKey: ed25519.verifyingKey,
    paths: ['/trade-api/v2/portfolio/orders', '/trade-api/v2/portfolio/balance'],
  },
]
