import { createHmac } from 'node:crypto'
import { handQueryKey, handQueryVerifier } from '../floors/query.mjs'
import { handReplay } from '../floors/rfc9421.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, MASK, ORIGIN } from '../lib/messages.mjs'
import { fresh, requestOf, schemeVerifier } from '../lib/ours.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'
import { signedQueryVerifier } from '../schemes/signed-query.mjs'

const { hmacKey, randomBytes } = await library('countersign')
const { createVerifier, memoryReplayStore, noReplayProtection, staticKeys, tradingPolicy } =
  await library('countersign/server')

const secret = randomBytes(32)
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
const keys = new Map([[key.keyId, key]])
const MAX_AGE_MS = 60_000
const MAX_FUTURE_MS = 1_000

let count = 0
/** An order as a bot sends it, new every time. */
function signedOrder() {
  count++
  const query = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=60000.10&newClientOrderId=bot-${count}&recvWindow=5000&timestamp=${Date.now()}`
  const signature = createHmac('sha256', secret).update(query).digest('hex')
  return { query: `${query}&signature=${signature}`, headers: { 'x-api-key': key.keyId } }
}
const messageOf = ({ query, headers }) => requestOf({ method: 'POST', url: `${ORIGIN}/api/v3/order?${query}`, headers })

const handKeys = new Map([[key.keyId, handQueryKey(secret)]])
const hand = handQueryVerifier(handKeys)
const handOnce = handQueryVerifier(handKeys, handReplay(MAX_AGE_MS + MAX_FUTURE_MS))
const scheme = signedQueryVerifier()
const ours = schemeVerifier(keys, scheme, MAX_AGE_MS, MAX_FUTURE_MS)

const store = () =>
  memoryReplayStore({
    restartBarrier: false,
    maxAgeMs: MAX_AGE_MS,
    maxFutureMs: MAX_FUTURE_MS,
    maxEntries: 4_000_000,
    maxPerKeyShare: 1,
  })
const replay = store()

/** {@link ours} and a claim: the same product as the floor with its two Maps. The order's own text is what must be new. */
function oursOnce(message) {
  const [found] = scheme.parse(message)
  if (found === undefined) return false
  const nowMs = Date.now()
  const { createdMs, keyId, base } = found
  if (!(createdMs >= nowMs - MAX_AGE_MS && createdMs <= nowMs + MAX_FUTURE_MS)) return false
  if (keys.get(keyId)?.verify(base, found.signature) !== true) return false
  const claim = { keyId, nonce: base, createdMs, expiresAtMs: createdMs + MAX_AGE_MS + 1, nowMs }
  return replay.claim(claim) === 'claimed'
}

const parts = {
  schemes: [scheme],
  keys: staticKeys([{ key }]),
  // The query is all that such exchanges sign.
  policy: {
    ...tradingPolicy({ authorities: [AUTHORITY], requireNonce: false }),
    require: ['query'],
    requireWithBody: [],
  },
}
const whole = createVerifier({ ...parts, replay: noReplayProtection })
const wholeOnce = createVerifier({ ...parts, replay: store() })

async function check() {
  const good = signedOrder()
  const bad = { ...good, query: good.query.replace('BUY', 'SELL') }
  const both = async (order) => [
    hand(order.query, order.headers),
    ours(messageOf(order)),
    handOnce(order.query, order.headers),
    oursOnce(messageOf(order)),
    (await whole.verify(messageOf(order))).ok,
    (await wholeOnce.verify(messageOf(order))).ok,
  ]
  const [first, again, never] = [await both(good), await both(good), await both(bad)]
  return (
    first.every(Boolean) &&
    String(again) === String([true, true, false, false, true, false]) &&
    never.every((accepted) => !accepted)
  )
}

export const groups = [
  {
    title: 'A signed query: verify',
    check,
    measure: (options) => {
      const orders = Array.from({ length: MASK + 1 }, signedOrder)
      const messages = orders.map(messageOf)
      const newOrders = fresh(signedOrder)
      const newMessages = fresh(() => messageOf(signedOrder()))
      const newForWhole = fresh(() => messageOf(signedOrder()))
      return interleaved(
        {
          hand: (i) => hand(orders[i & MASK].query, orders[i & MASK].headers),
          ours: (i) => ours(messages[i & MASK]),
          whole: (i) => whole.verify(messages[i & MASK]),
          handOnce: {
            before: newOrders.before,
            op: (i) => handOnce(newOrders.batch[i].query, newOrders.batch[i].headers),
          },
          oursOnce: { before: newMessages.before, op: (i) => oursOnce(newMessages.batch[i]) },
          wholeOnce: { before: newForWhole.before, op: (i) => wholeOnce.verify(newForWhole.batch[i]) },
        },
        options,
      )
    },
    rows: [
      {
        name: 'query/verify/by-hand',
        what: 'HMAC query and window verify / by hand',
        value: ratio('ours', 'hand'),
        bar: 0.8,
        goal: 0.6,
      },
      {
        name: 'query/verify/replay',
        what: 'with memoryReplayStore / by hand with two Maps',
        value: ratio('oursOnce', 'handOnce'),
        bar: 1.05,
        goal: 0.85,
      },
      {
        name: 'query/verify/replay-by-hand-without',
        what: 'with memoryReplayStore / by hand without replay cache',
        value: ratio('oursOnce', 'hand'),
      },
      {
        name: 'query/verify/verifier',
        what: 'verifier.verify without replay store / by hand',
        value: ratio('whole', 'hand'),
      },
      {
        name: 'query/verify/verifier-with-replay',
        what: 'verifier.verify with memoryReplayStore / by hand with two Maps',
        value: ratio('wholeOnce', 'handOnce'),
      },
    ],
  },
]
