import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { AwsV4Signer } from 'aws4fetch'
import { sigv4ByHand } from '../floors/sigv4.mjs'
import { library } from '../lib/library.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { httpRequest, signRequestSync } = await library('countersign')
const { sigv4, sigv4Key, sigv4Verifier } = await library('countersign/sigv4')

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const place = { region: 'eu-central-1', service: 'orders' }
const HOST = 'api.example.com'
const COUNT = 64

const key = sigv4Key(access)
const signer = sigv4({ key, ...place })
const byHand = sigv4ByHand({ ...access, ...place })
const smithy = new SignatureV4({ ...place, credentials: access, sha256: Sha256 })
// One cache of derived keys for all requests, as its documentation has it.
const cache = new Map()

const KINDS = {
  get: { method: 'GET', headers: { accept: 'application/json' } },
  post: { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' } },
}

function group(kind, said) {
  const { method, headers } = KINDS[kind]
  const facts = Array.from({ length: COUNT }, (_, i) => ({
    path: `/v1/orders/${1000 + i}`,
    query: `limit=10&symbol=BTC-${100 + i}`,
    body: kind === 'post' ? JSON.stringify({ qty: i, note: 'x'.repeat(160) }) : undefined,
  }))
  const urls = facts.map(({ path, query }) => `https://${HOST}${path}?${query}`)
  const requests = facts.map(({ body }, i) => httpRequest({ method, url: urls[i], headers, ...(body && { body }) }))
  const parts = facts.map(({ path, query, body }) => ({
    ...{ method, protocol: 'https:', hostname: HOST, path },
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { ...headers, host: HOST },
    ...(body && { body }),
  }))
  const hand = (i) => {
    const { path, query, body } = facts[i & 63]
    return byHand(method, HOST, path, query, headers, body, Date.now())
  }
  const verified = (fields) => {
    const message = { ...requests[5], fields }
    const [found] = sigv4Verifier(place).parse(message)
    return key.verify(found.base, found.signature)
  }
  const title = `SigV4, ${said}`
  return {
    title,
    check: () => verified(signRequestSync(requests[5], signer).fields) && verified(Object.entries(hand(5)).flat()),
    measure: (options) =>
      interleaved(
        {
          floor: hand,
          ours: (i) => signRequestSync(requests[i & 63], signer),
          aws4fetch: (i) =>
            new AwsV4Signer({
              ...access,
              ...place,
              cache,
              method,
              url: urls[i & 63],
              headers,
              body: facts[i & 63].body,
            }).sign(),
          smithy: (i) => smithy.sign(parts[i & 63]),
        },
        options,
      ),
    rows: [
      {
        name: `sigv4/sign/${kind}/floor`,
        what: `${title} / by hand`,
        value: ratio('ours', 'floor'),
        goal: 0.7,
        bar: 1,
      },
      ...['aws4fetch', 'smithy'].map((peer) => ({
        name: `sigv4/sign/${kind}/${peer}`,
        what: `${peer} / ${title}`,
        value: ratio(peer, 'ours'),
        least: true,
        goal: 3,
      })),
    ],
  }
}

export const groups = [group('get', 'GET'), group('post', 'POST of 200 B')]
