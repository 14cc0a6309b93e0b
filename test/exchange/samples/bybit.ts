import { readFileSync } from 'node:fs'
import { importRsaSigningKey, isSyncKey, type SyncVerifyingKey } from '../../../src/crypto/index.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import type { ExchangeSample } from '../sample.js'

const account = { apiKey: 'key-bybit', secret: 'secret-bybit' }
const hmac = bybit(account)
const bare = bybit({ ...account, recvWindow: 'none' })
const pem = readFileSync(new URL('../../vectors/pkcs8/rsa.pem', import.meta.url), 'utf8')
const rsa = await importRsaSigningKey(pem, { keyId: 'key-bybit-rsa', algorithm: 'rsa-v1_5-sha256' })

export const samples: readonly ExchangeSample[] = [
  { name: 'bybit with HMAC', exchange: bybit(), signer: hmac, verifyingKey: hmac.key as never },
  { name: 'bybit without a window', exchange: bybit(), signer: bare, verifyingKey: bare.key as never },
  // In a browser RSA is WebCrypto's, and answers later.
  ...(isSyncKey(rsa)
    ? [
        {
          name: 'bybit with RSA',
          exchange: bybit(),
          signer: bybit({ key: rsa }),
          verifyingKey: rsa.verifyingKey as SyncVerifyingKey,
        },
      ]
    : []),
]
