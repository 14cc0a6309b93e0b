// binance, bybit-api and okx-api: what their clients do until they ask axios to send. Each signs with WebCrypto, and imports
// the key for every signature. Their parts are reached by path, since the packages export the clients only.

import { createRequire } from 'node:module'
import { RestClientV5 } from 'bybit-api'
import { RestClient } from 'okx-api'
import { RECV_WINDOW } from '../lib/orders.mjs'

const require = createRequire(import.meta.url)
const { getRESTRequestSignature } = require(require.resolve('binance').replace(/index\.js$/, 'util/requestUtils.js'))

/** The steps of `MainClient.postPrivate` (lib/util/BaseRestClient.js, `_call`). */
export function sieblyBinance({ apiKey, secret, pem }) {
  const options = { api_key: apiKey, api_secret: pem ?? secret, recvWindow: RECV_WINDOW }
  const shared = { timeout: 300_000, headers: { 'X-MBX-APIKEY': apiKey } }
  return async (path, params) => {
    const { serialisedParams, signature } = await getRESTRequestSignature(
      params,
      options,
      apiKey,
      options.api_secret,
      Date.now(),
    )
    return {
      ...shared,
      url: `${['https://api.binance.com', path.slice(1)].join('/')}?${[serialisedParams, `signature=${signature}`].join('&')}`,
      method: 'POST',
      json: true,
    }
  }
}

export function sieblyBybit({ apiKey, secret }) {
  const client = new RestClientV5({ key: apiKey, secret, recv_window: RECV_WINDOW })
  return async (path, params) => {
    const { method, url, headers, data } = await client.buildRequest(
      'POST',
      `https://api.bybit.com${path}`,
      params,
      false,
    )
    return { method, url, headers, body: JSON.stringify(data) }
  }
}

/** The steps of `postPrivate` (dist/mjs/util/BaseRestClient.js, `_call`), without the tag of its own that it adds. */
export function sieblyOkx({ apiKey, secret, passphrase }) {
  const client = new RestClient({ apiKey, apiSecret: secret, apiPass: passphrase })
  return async (path, params) => {
    const time = new Date().toISOString()
    const { sign, requestBody } = await client.signRequest(false, time, 'POST', path, params)
    return {
      method: 'POST',
      url: `https://www.okx.com${path}`,
      headers: {
        'Content-Type': 'application/json',
        'OK-ACCESS-KEY': apiKey,
        'OK-ACCESS-SIGN': sign,
        'OK-ACCESS-TIMESTAMP': time,
        'OK-ACCESS-PASSPHRASE': passphrase,
      },
      body: JSON.stringify(requestBody),
    }
  }
}
