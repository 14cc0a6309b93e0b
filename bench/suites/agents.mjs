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
const requests = Array.from({ length: 16 }, (_, i) => sign(i))
const bare = requests.map((request) => {
  const [{ base, signature }] = scheme.parse(request)
  return { base: Buffer.from(base), signature: Buffer.from(signature) }
})

// A nonce may come once, so that every request is signed for one use, outside of the measured time.
let fresh = []
const whole = {
  before: (n) => {
    fresh = Array.from({ length: n }, (_, i) => sign(i))
  },
  op: (i) => agents.judge(fresh[i]),
}

export const groups = [
  {
    title: 'Web Bot Auth with a directory that is known',
    check: async () =>
      (await agents.judge(sign(1))).outcome === 'verified' &&
      bare.every(({ base, signature }) => rawVerify(null, base, publicKey, signature)) &&
      fetches === 1,
    measure: (options) =>
      interleaved(
        {
          raw: (i) => rawVerify(null, bare[i % 16].base, publicKey, bare[i % 16].signature),
          parsed: (i) => {
            const [{ base, signature }] = scheme.parse(requests[i % 16])
            return verifyingKey.verify(base, signature)
          },
          whole,
        },
        options,
      ),
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
