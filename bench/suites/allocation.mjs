import { startChild } from '../lib/child.mjs'
import { ratio } from '../lib/rounds.mjs'

const YOUNG_MB = 64

const measured =
  (file) =>
  async ({ rounds }) => {
    const flags = [`--min-semi-space-size=${YOUNG_MB}`, `--max-semi-space-size=${YOUNG_MB}`]
    return (await startChild(file, [String(rounds)], flags).answer()).rounds
  }

const bytes = (name) => (round) => round[name]

export const groups = [
  {
    title: 'Bytes allocated per operation',
    measure: measured('allocation.mjs'),
    rows: [
      {
        name: 'allocation/rfc9421/sign',
        what: 'RFC 9421 HMAC sign',
        value: bytes('sign'),
        unit: 'B',
        bar: 3000,
        goal: 1700,
      },
      {
        name: 'allocation/query/verify',
        what: 'HMAC query and window verify',
        value: bytes('verifyQuery'),
        unit: 'B',
        bar: 1000,
        goal: 400,
      },
      { name: 'allocation/hmac/verify', what: 'key.verify alone', value: bytes('hmacVerify'), unit: 'B' },
      { name: 'allocation/hmac/sign', what: 'key.signText alone', value: bytes('hmacSign'), unit: 'B' },
      {
        name: 'allocation/rfc9421/sign-by-hand',
        what: 'RFC 9421 HMAC sign by hand',
        value: bytes('handSign'),
        unit: 'B',
      },
      { name: 'allocation/rfc9421/verify', what: 'RFC 9421 HMAC verify', value: bytes('verify'), unit: 'B' },
      {
        name: 'allocation/rfc9421/verify-by-hand',
        what: 'RFC 9421 HMAC verify by hand',
        value: bytes('handVerify'),
        unit: 'B',
      },
      { name: 'allocation/verifier', what: 'verifier.verify', value: bytes('whole'), unit: 'B' },
    ],
  },
  {
    title: 'Bytes allocated per order',
    measure: measured('exchange-allocation.mjs'),
    rows: [
      { name: 'allocation/exchange/binance', what: 'Binance order, HMAC', value: bytes('binance'), unit: 'B' },
      {
        name: 'allocation/exchange/binance-by-hand',
        what: 'Binance order / by hand, bytes',
        value: ratio('binance', 'handBinance'),
        bar: 1.1,
        goal: 0.8,
      },
      {
        name: 'allocation/exchange/ccxt',
        what: 'ccxt / Binance order, bytes',
        value: ratio('ccxtBinance', 'binance'),
        least: true,
        bar: 6,
      },
    ],
  },
]
