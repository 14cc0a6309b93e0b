// Messages as a busy client or server sees them: same host and key, other paths and queries every time.

export const AUTHORITY = 'api.example.com'
export const ORIGIN = `https://${AUTHORITY}`
export const TYPE = 'application/json'
export const KEY_ID = 'bot-1'

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'ADAUSDT', 'DOGEUSDT', 'LTCUSDT', 'DOTUSDT']
/** How many different ones there are; a power of two. */
const COUNT = 256
/** Turns a count into the index of a message. */
export const MASK = COUNT - 1

/** Path and query of one request. */
export const place = (i) => ({
  path: `/v1/${i % 2 === 0 ? 'orders' : 'positions'}/${1000 + i}`,
  query: `?symbol=${SYMBOLS[i % SYMBOLS.length]}&limit=${100 + i}`,
})

/** An order of 230 bytes, give or take three. */
export const order = (i) =>
  `{"symbol":"${SYMBOLS[i % SYMBOLS.length]}","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.${1000 + i}","price":"${60_000 + i}.10","recvWindow":5000,"clientOrderId":"bot-1-${100_000 + i}","reduceOnly":false,"selfTradePrevention":"EXPIRE_MAKER","account":"main"}`

/** The facts all contestants start from: parts for the one written by hand, the URL for the others. */
export const facts = Array.from({ length: COUNT }, (_, i) => {
  const { path, query } = place(i)
  return {
    method: 'GET',
    path,
    query,
    url: ORIGIN + path + query,
    headers: { 'content-type': TYPE, 'x-trace': `t-${i}` },
  }
})

/** The same as POST requests with a body. */
export const posts = facts.map((fact, i) => ({ ...fact, method: 'POST', body: order(i) }))
