import { nearest } from '../errors.js'
import { EXCHANGES } from './exchanges.js'

/** Exchanges that people ask for and that have no requests to sign here, with what to do. */
const ELSEWHERE: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  [
    'lighter',
    'Lighter signs with a curve (ECgFp5) and a hash (Poseidon2) that no audited JavaScript has: use its official WebAssembly signer',
  ],
  ['drift', 'Drift signs transactions of Solana, which its own SDK builds'],
  ['jupiter', 'Jupiter signs transactions of Solana, which its own SDK builds'],
])

/**
 * What is wrong with the name of an exchange that is not known: the nearest name, or why there is none.
 *
 * @param quote around the name, where the rest of a message has such
 */
export function unknownExchange(name: string, quote: '' | '"' = ''): string {
  const elsewhere = ELSEWHERE.get(name.toLowerCase())
  if (elsewhere !== undefined && !Object.hasOwn(EXCHANGES, name.toLowerCase()))
    return `must be one of docs/exchanges.md; ${elsewhere}`
  const near = nearest(name, Object.keys(EXCHANGES))
  return `must be one of docs/exchanges.md${near === undefined ? '' : `; did you mean ${quote}${near}${quote}?`}`
}
