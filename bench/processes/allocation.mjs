import { createHmac } from 'node:crypto'
import { handHmac, handHmacCheck, handSigner, handVerifier } from '../floors/rfc9421.mjs'
import { measureAllocation } from '../lib/allocated.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts, KEY_ID, MASK, ORIGIN } from '../lib/messages.mjs'
import { requestOf, schemeVerifier, signedFacts } from '../lib/ours.mjs'
import { signedQueryVerifier } from '../schemes/signed-query.mjs'

const { hmacKey, randomBytes, rfc9421, rfc9421Verifier, signRequestSync } = await library('countersign')
const { createVerifier, noReplayProtection, staticKeys, strictPolicy } = await library('countersign/server')

const secret = randomBytes(32)
const key = hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret })
const keys = new Map([[KEY_ID, key]])
const signer = rfc9421({ key })
const messages = facts.map(requestOf)
const signed = facts.map((fact) => signedFacts(fact, key))
const signedMessages = signed.map(requestOf)
const handSign = handSigner(KEY_ID, handHmac(secret))
const handVerify = handVerifier(new Map([[KEY_ID, handHmacCheck(secret)]]))
const verify = schemeVerifier(keys, rfc9421Verifier())
const verifyQuery = schemeVerifier(keys, signedQueryVerifier())
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key, owner: 'bot' }]),
  policy: strictPolicy({ authorities: [AUTHORITY] }),
  replay: noReplayProtection,
})

const queries = facts.map(({ query }, i) => {
  const base = `${query.slice(1)}&side=BUY&quantity=0.${1000 + i}&recvWindow=5000&timestamp=${Date.now()}`
  const signature = createHmac('sha256', secret).update(base).digest('hex')
  return requestOf({
    method: 'POST',
    url: `${ORIGIN}/api/v3/order?${base}&signature=${signature}`,
    headers: { 'x-api-key': KEY_ID },
  })
})
const texts = queries.map(({ target }) => target)
const signature = key.sign(texts[0])

const operations = {
  hmacSign: (i) => key.signText(texts[i & MASK], 'hex'),
  hmacVerify: (i) => key.verify(texts[i & MASK], signature),
  sign: (i) => signRequestSync(messages[i & MASK], signer),
  handSign: (i) => handSign('GET', AUTHORITY, facts[i & MASK].path, facts[i & MASK].query, facts[i & MASK].headers),
  verifyQuery: (i) => verifyQuery(queries[i & MASK]),
  verify: (i) => verify(signedMessages[i & MASK]),
  handVerify: (i) =>
    handVerify('GET', AUTHORITY, facts[i & MASK].path, facts[i & MASK].query, signed[i & MASK].headers),
  whole: (i) => verifier.verify(signedMessages[i & MASK]),
}

process.send({ rounds: await measureAllocation(operations, Number(process.argv[2])) })
process.disconnect()
