import { expect, test } from 'vitest'
import { unknownExchange } from '../../../src/doctor/unknown-exchange.js'

test.each([
  ['okxx', 'must be one of docs/exchanges.md; did you mean okx?'],
  ['nothing-like-it', 'must be one of docs/exchanges.md'],
  [
    'Lighter',
    'must be one of docs/exchanges.md; Lighter signs with a curve (ECgFp5) and a hash (Poseidon2) that no audited JavaScript has: use its official WebAssembly signer',
  ],
  ['drift', 'must be one of docs/exchanges.md; Drift signs transactions of Solana, which its own SDK builds'],
  ['constructor', 'must be one of docs/exchanges.md'],
])('%s is no exchange of the catalogue, and the error names what is', (name, text) => {
  expect(unknownExchange(name)).toBe(text)
})

test('a name is quoted where the rest of the message has quotes', () => {
  expect(unknownExchange('okxx', '"')).toBe('must be one of docs/exchanges.md; did you mean "okx"?')
})
