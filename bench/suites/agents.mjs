import { createPublicKey, verify as rawVerify } from 'node:crypto'
import { library } from '../lib/library.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { exportPublicKey, generateKeyPair, httpRequest, signRequestSync } = await library('countersign')
const { createAgent, verifyAgents, webBotAuth, webBotAuthVerifier } = await library('countersign/agents')

const { signingKey: key, verifyingKey } = await generateKeyPair('ed25519', { keyId: 'agent' })
const AGENT = 'https://bot.example.com'
const agent = createAgent({ name: 'Example Bot', key, directory: AGENT })
let fetches = 0
const agents = verifyAgents({
  allow: [AGENT],
  authorities: ['shop.example.com'],
  fetch: async (url, init) => {
    fetches++
    return (await agent.documents(new Request(url, init))) ?? new Response(null, { status: 404 })
  },
})
await agents.refresh()

const signer = webBotAuth({ key, agent: AGENT })
const sign = (i) => signRequestSync(httpRequest({ url: `https://shop.example.com/prices/${i % 64}` }), signer)
const scheme = webBotAuthVerifier()
const publicKey = createPublicKey(await exportPublicKey(verifyingKey, 'pem'))
/** A signed request as a server gets it: a signer joins its field values of pieces, and a parser hands over whole ones. */
const received = (i) => {
  const request = sign(i)
  return { ...request, fields: request.fields.map((text) => Buffer.from(text).toString()) }
}
const requests = Array.from({ length: 16 }, (_, i) => received(i))
const bare = requests.map((request) => {
  const [{ base, signature }] = scheme.parse(request)
  return { base: Buffer.from(base), signature: Buffer.from(signature) }
})

// A nonce may come once, so that every request is signed for one use, outside of the measured time.
let fresh = []
const whole = {
  before: (n) => {
    fresh = Array.from({ length: n }, (_, i) => received(i))
  },
  op: (i) => agents.judge(fresh[i]),
}

// Ed25519 takes so long that the rounds alone are too few calls for V8 to compile what stands around it.
const WARM_UP = 10_000

async function warmUp(calls) {
  whole.before(calls)
  for (let i = 0; i < calls; i++) await whole.op(i)
}

export const groups = [
  {
    title: 'Web Bot Auth with a directory that is known',
    check: async () =>
      (await agents.judge(sign(1))).outcome === 'verified' &&
      bare.every(({ base, signature }) => rawVerify(null, base, publicKey, signature)) &&
      fetches === 1,
    measure: async (options) => {
      if (!options.quick) await warmUp(WARM_UP)
      return interleaved(
        {
          raw: (i) => rawVerify(null, bare[i % 16].base, publicKey, bare[i % 16].signature),
          parsed: (i) => {
            const [{ base, signature }] = scheme.parse(requests[i % 16])
            return verifyingKey.verify(base, signature)
          },
          whole,
        },
        options,
      )
    },
    rows: [
      {
        name: 'agents/verify/raw',
        what: 'Web Bot Auth, the whole verdict / raw crypto.verify',
        value: ratio('whole', 'raw'),
        bar: 2.5,
        goal: 1.15,
      },
      {
        name: 'agents/parse/raw',
        what: 'Web Bot Auth, read and verified, without policy and nonces / raw crypto.verify',
        value: ratio('parsed', 'raw'),
      },
    ],
  },
]
