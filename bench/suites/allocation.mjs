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
    ids: ['G16'],
    title: 'Bytes allocated per operation',
    measure: measured('allocation.mjs'),
    rows: [
      { id: 'G16', what: 'RFC 9421 HMAC sign', value: bytes('sign'), unit: 'B', bar: 3000, goal: 1700 },
      { id: 'G16', what: 'HMAC query and window verify', value: bytes('verifyQuery'), unit: 'B', bar: 1000, goal: 400 },
      { id: 'G16', what: 'key.verify alone', value: bytes('hmacVerify'), unit: 'B' },
      { id: 'G16', what: 'key.signText alone', value: bytes('hmacSign'), unit: 'B' },
      { id: 'G16', what: 'RFC 9421 HMAC sign by hand', value: bytes('handSign'), unit: 'B' },
      { id: 'G16', what: 'RFC 9421 HMAC verify', value: bytes('verify'), unit: 'B' },
      { id: 'G16', what: 'RFC 9421 HMAC verify by hand', value: bytes('handVerify'), unit: 'B' },
      { id: 'G16', what: 'verifier.verify', value: bytes('whole'), unit: 'B' },
    ],
  },
  {
    ids: ['G16'],
    title: 'Bytes allocated per order',
    measure: measured('exchange-allocation.mjs'),
    rows: [
      { id: 'G16', what: 'Binance order, HMAC', value: bytes('binance'), unit: 'B' },
      { id: 'G16', what: 'Binance order / by hand, bytes', value: ratio('binance', 'handBinance'), bar: 1, goal: 0.8 },
      { id: 'G16', what: 'ccxt / Binance order, bytes', value: ratio('ccxtBinance', 'binance'), least: true, bar: 6 },
    ],
  },
]
