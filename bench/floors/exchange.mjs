// An order as a careful author of a bot signs it by hand for one exchange, from the exchange's documents: parameters in a loop
// through encodeURIComponent or JSON.stringify once, createHmac with the secret as it stands in the environment, URL and
// headers for any HTTP client.
//
// It leaves out: lists, numbers with exponents, lone surrogates, a query that is in the path already, names that would be
// there twice, headers of the caller's own, other hosts, clocks and nonces, passphrases and keys that cannot be right,
// other kinds of keys, and every other endpoint that places its parameters elsewhere.

import { createHash, createHmac, sign as cryptoSign } from 'node:crypto'
import { RECV_WINDOW } from '../lib/orders.mjs'

const pairs = (params) => {
  let text = ''
  for (const name in params) text += `${name}=${encodeURIComponent(params[name])}&`
  return text
}

/** Binance, with a key call that gives the signature as it stands in the URL. */
const binanceWith = (apiKey, signText) => (path, params) => {
  const query = `${pairs(params)}recvWindow=${RECV_WINDOW}&timestamp=${Date.now()}`
  return {
    method: 'POST',
    url: `https://api.binance.com${path}?${query}&signature=${signText(query)}`,
    headers: { 'X-MBX-APIKEY': apiKey },
  }
}

export const handBinance = ({ apiKey, secret }) =>
  binanceWith(apiKey, (query) => createHmac('sha256', secret).update(query).digest('hex'))

/** With a KeyObject made once. */
export const handBinanceEd25519 = ({ apiKey, keyObject }) =>
  binanceWith(apiKey, (query) => encodeURIComponent(cryptoSign(null, Buffer.from(query), keyObject).toString('base64')))

const JSON_TYPE = 'application/json'

export const handOkx =
  ({ apiKey, secret, passphrase }) =>
  (path, params) => {
    const body = JSON.stringify(params)
    const time = new Date().toISOString()
    return {
      method: 'POST',
      url: `https://www.okx.com${path}`,
      headers: {
        'Content-Type': JSON_TYPE,
        'OK-ACCESS-KEY': apiKey,
        'OK-ACCESS-SIGN': createHmac('sha256', secret).update(`${time}POST${path}${body}`).digest('base64'),
        'OK-ACCESS-TIMESTAMP': time,
        'OK-ACCESS-PASSPHRASE': passphrase,
      },
      body,
    }
  }

export const handBybit =
  ({ apiKey, secret }) =>
  (path, params) => {
    const body = JSON.stringify(params)
    const time = String(Date.now())
    return {
      method: 'POST',
      url: `https://api.bybit.com${path}`,
      headers: {
        'Content-Type': JSON_TYPE,
        'X-BAPI-API-KEY': apiKey,
        'X-BAPI-TIMESTAMP': time,
        'X-BAPI-SIGN': createHmac('sha256', secret)
          .update(time + apiKey + RECV_WINDOW + body)
          .digest('hex'),
        'X-BAPI-RECV-WINDOW': String(RECV_WINDOW),
      },
      body,
    }
  }

export const handGate =
  ({ apiKey, secret }) =>
  (path, params) => {
    const body = JSON.stringify(params)
    const time = String(Math.floor(Date.now() / 1000))
    const digest = createHash('sha512').update(body).digest('hex')
    return {
      method: 'POST',
      url: `https://api.gateio.ws${path}`,
      headers: {
        'Content-Type': JSON_TYPE,
        KEY: apiKey,
        Timestamp: time,
        SIGN: createHmac('sha512', secret).update(`POST\n${path}\n\n${digest}\n${time}`).digest('hex'),
      },
      body,
    }
  }

export const handKraken = ({ apiKey, secret }) => {
  const key = Buffer.from(secret, 'base64')
  let last = 0
  return (path, params) => {
    last = Math.max(Date.now(), last + 1)
    const body = `nonce=${last}&${pairs(params)}`.slice(0, -1)
    const digest = createHash('sha256')
      .update(last + body)
      .digest()
    return {
      method: 'POST',
      url: `https://api.kraken.com${path}`,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'API-Key': apiKey,
        'API-Sign': createHmac('sha512', key).update(path).update(digest).digest('base64'),
      },
      body,
    }
  }
}
