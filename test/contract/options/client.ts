import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedAdapter } from '../../../src/client/axios.js'
import { browserKey } from '../../../src/client/browser-key.js'
import { type CcxtLike, hookCcxt } from '../../../src/client/ccxt.js'
import { signHook } from '../../../src/client/got.js'
import {
  createResponseVerifier,
  createSignedFetch,
  dateHeaderTime,
  doubleKnock,
  exchangeClock,
  increasingNonces,
  jsonTime,
  keyset,
  reloadKeyset,
  retries,
  serverClock,
  sessionSigner,
  signRequest,
  signRequestSync,
} from '../../../src/client/index.js'
import { requestSigner } from '../../../src/client/node.js'
import { signInterceptor } from '../../../src/client/undici.js'
import { hmacKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { grvtLogin } from '../../../src/exchange/logins/grvt.js'
import { httpRequest } from '../../../src/message/index.js'
import { rfc9421, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { fileNonceStore } from '../../../src/sources/nonce-file.js'
import type { OptionsRoom } from './row.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const signer = rfc9421({ key })
const origins = ['https://api.example.com']
const request = httpRequest({ url: 'https://api.example.com/' })
const source = async (): Promise<number> => 0

const axios = { getAdapter: () => async () => undefined }

const nothing = (): never => undefined as never
const ccxt = (): CcxtLike => ({
  ...{ id: 'x', apiKey: '', secret: '' },
  ...{
    hmac: nothing,
    sign: nothing,
    checkRequiredCredentials: nothing,
    milliseconds: nothing,
    nonce: nothing,
    fetch: nothing,
    fetch2: nothing,
  },
})

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/client/axios#signedAdapter',
      call: (extra) => signedAdapter(axios, signer, { origins, ...extra }),
      misspelt: [
        ['origin', 'origins'],
        ['retries', 'retry'],
      ],
    },
    {
      name: 'countersign/client/ccxt#hookCcxt',
      call: (extra) => hookCcxt(ccxt(), signer, extra),
      misspelt: [
        ['clocks', 'clock'],
        ['nonce', 'nonces'],
      ],
    },
    {
      name: 'countersign/client/got#signHook',
      call: (extra) => signHook(signer, { origins, ...extra }),
      misspelt: [
        ['origin', 'origins'],
        ['maxBody', 'maxBodyBytes'],
      ],
    },
    {
      name: 'countersign/client/node#requestSigner',
      call: (extra) => requestSigner(signer, { origins, ...extra }),
      misspelt: [
        ['origin', 'origins'],
        ['maxBody', 'maxBodyBytes'],
        ['nonce', 'nonces'],
      ],
    },
    {
      name: 'countersign/client#retries',
      call: (extra) => retries({ attempts: 3, ...extra }),
      misspelt: [
        ['attempt', 'attempts'],
        ['backoff', 'backoffMs'],
      ],
    },
    {
      name: 'countersign/client#sessionSigner',
      call: (extra) => sessionSigner(grvtLogin({ apiKey: 'key' }), extra),
      misspelt: [
        ['renewMs', 'renewBeforeMs'],
        ['loginTimeout', 'loginTimeoutMs'],
      ],
    },
    {
      name: 'countersign/client#serverClock',
      call: (extra) => serverClock({ source, ...extra }),
      misspelt: [
        ['maxCorrection', 'maxCorrectionMs'],
        ['sample', 'samples'],
        ['url', 'known'],
      ],
    },
    {
      name: 'countersign/client#dateHeaderTime',
      call: (extra) => dateHeaderTime('https://api.example.com/', extra),
      misspelt: [['fetsh', 'fetch']],
    },
    {
      name: 'countersign/client#jsonTime',
      call: (extra) => jsonTime('https://api.example.com/time', (body) => body, extra),
      misspelt: [['fetsh', 'fetch']],
    },
    {
      name: 'countersign/client#exchangeClock',
      call: (extra) => exchangeClock(binance({ apiKey: 'key', secret: 'secret' }), extra),
      misspelt: [
        ['origins', 'origin'],
        ['cooldown', 'cooldownMs'],
        ['maxAge', 'maxAgeMs'],
      ],
    },
    {
      name: 'countersign/client#doubleKnock',
      call: (extra) => doubleKnock([signer, signer], { origins, ...extra }),
      misspelt: [
        ['origin', 'origins'],
        ['retries', 'retry'],
      ],
    },
    {
      name: 'countersign/client#createSignedFetch',
      call: (extra) => createSignedFetch(signer, { origins, ...extra }),
      misspelt: [
        ['origin', 'origins'],
        ['retrys', 'retry'],
        ['maxBody', 'maxBodyBytes'],
        ['testnet', '"environment" of the exchange'],
        ['baseUrl', '"baseUrl" of the exchange'],
        ['timeout', '"signal"'],
      ],
    },
    {
      name: 'countersign/client#createSignedFetch: redirects',
      call: (extra) => createSignedFetch(signer, { origins, redirects: { max: 3, ...extra } }),
      misspelt: [['otherOrigins', 'otherOrigin']],
    },
    {
      name: 'countersign/client/undici#signInterceptor',
      call: (extra) => signInterceptor(signer, { origins, ...extra }),
      misspelt: [
        ['origin', 'origins'],
        ['otherOrigins', 'otherOrigin'],
      ],
    },
    {
      name: 'countersign/client#signRequest',
      call: (extra) => signRequest(request, signer, extra),
      misspelt: [['nonce', 'nonces']],
    },
    {
      name: 'countersign/client#signRequestSync',
      call: (extra) => signRequestSync(request, signer, extra),
      misspelt: [['clocks', 'clock']],
    },
    {
      name: 'countersign/client#keyset',
      call: (extra) => keyset({ keys: [key], primary: 'bot-1', ...extra }),
      misspelt: [['primaryKey', 'primary']],
    },
    {
      name: 'countersign/client#keyset: a member',
      call: (extra) => keyset({ keys: [{ key, ...extra }], primary: 'bot-1' }),
      misspelt: [['useFrom', 'useFromMs']],
    },
    {
      name: 'countersign/client#keyset().add',
      call: (extra) => {
        const other = hmacKey({ keyId: 'bot-2', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(8) })
        keyset({ keys: [key], primary: 'bot-1' }).add(other, extra)
      },
      misspelt: [['useFrom', 'useFromMs']],
    },
    {
      name: 'countersign/client#reloadKeyset',
      call: (extra) => {
        const keys = keyset({ keys: [key], primary: 'bot-1' })
        const load = async () => ({ keys: [key], primary: 'bot-1' })
        reloadKeyset(keys, { load }, { everyMs: 60_000, onError: () => {}, ...extra }).stop()
      },
      misspelt: [['every', 'everyMs']],
    },
    {
      name: 'countersign/client#increasingNonces',
      call: (extra) => increasingNonces({ unit: 'ms', ...extra }),
      misspelt: [['reserve', 'reserveMs']],
    },
    {
      name: 'countersign/client/nonce-file#fileNonceStore',
      call: (extra) => fileNonceStore(join(tmpdir(), 'never-written.nonces'), extra),
      misspelt: [['wait', 'waitMs']],
    },
    {
      name: 'countersign/client#createResponseVerifier',
      call: (extra) => createResponseVerifier({ scheme: rfc9421Verifier(), keys: [key], ...extra }),
      misspelt: [
        ['maxAge', 'maxAgeMs'],
        ['requires', 'require'],
      ],
    },
    {
      name: 'countersign/client/browser-key#browserKey',
      // Only a browser has what it needs to succeed; options come first.
      call: (extra) => (Object.keys(extra).length === 0 ? undefined : browserKey({ name: 'k', ...extra } as never)),
      misspelt: [
        ['algorithm', 'algorithms'],
        ['databse', 'database'],
      ],
    },
  ],
  without: {
    'countersign/client#randomNonces': 'takes nothing',
  },
}
