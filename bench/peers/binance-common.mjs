// Binance's own connector: its signer alone, and all it does until it asks axios to send.

import { ConfigurationRestAPI, RequestSigner, SPOT_REST_API_PROD_URL, sendRequest } from '@binance/common'
import axios from 'axios'
import { RECV_WINDOW } from '../lib/orders.mjs'

let sent
const answer = Promise.resolve({ data: '{}', status: 200, headers: {} })
axios.request = (config) => {
  sent = config
  return answer
}

const configuration = ({ apiKey, secret, pem }) =>
  new ConfigurationRestAPI({
    apiKey,
    ...(pem === undefined ? { apiSecret: secret } : { privateKey: pem }),
    basePath: SPOT_REST_API_PROD_URL,
  })

/** Only the signature. */
export function commonSignature(account) {
  const signer = new RequestSigner(configuration(account))
  return (params) => signer.sign({ ...params, recvWindow: RECV_WINDOW, timestamp: Date.now() })
}

/** A whole order. */
export function commonSigner(account) {
  const config = configuration(account)
  return (path, params) =>
    sendRequest(config, path, 'POST', { ...params, recvWindow: RECV_WINDOW }, {}, {}, undefined, { isSigned: true })
}

/** What was asked of axios last, in the form of the others. */
export const lastSent = () => ({ method: sent.method, url: sent.url, headers: sent.headers })
