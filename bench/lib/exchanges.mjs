import { library } from './library.mjs'
import { accounts, endpoints, orders, RECV_WINDOW } from './orders.mjs'
import { requestOf } from './ours.mjs'

const { exchangeVerifier } = await library('countersign/exchange')

/** One exchange through its public API: an account, and whether a request is validly signed by it. */
export async function exchangeOf(name, { key, verifyingKey } = {}) {
  const { [name]: exchange } = await library(`countersign/exchange/${name}`)
  const { spec } = exchange()
  const window = spec.window === undefined ? {} : { recvWindow: RECV_WINDOW }
  const signer = exchange({ ...(key === undefined ? accounts[name] : { key }), ...window })
  const scheme = exchangeVerifier(exchange())
  const { path } = endpoints[name]
  return {
    signer,
    sign: (i) => signer.sign({ method: 'POST', path, params: orders[name][i] }),
    /** Accepts what any contestant signed for the account. */
    accepts: ({ method, url, headers, body }) => {
      const lines = Object.fromEntries(Object.entries(headers).map(([field, value]) => [field, String(value)]))
      const [found] = scheme.parse(requestOf({ method, url, headers: lines, body }))
      return (verifyingKey ?? signer.key).verify(found.base, found.signature)
    },
  }
}

/** What a function gives while the clock stands still. */
export function atOneMoment(make) {
  const { now } = Date
  const moment = now()
  const RealDate = globalThis.Date
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [moment] : args))
    }
    static now() {
      return moment
    }
  }
  try {
    return make()
  } finally {
    globalThis.Date = RealDate
  }
}
