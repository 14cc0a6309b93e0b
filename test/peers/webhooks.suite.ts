import '@shopify/shopify-api/adapters/node'
import { Signature } from '@hubspot/api-client'
import { validateSignature } from '@line/bot-sdk'
import { LinearWebhookClient } from '@linear/sdk/webhooks'
import { sign as githubSign, verify as githubVerify } from '@octokit/webhooks-methods'
import { ApiVersion, shopifyApi } from '@shopify/shopify-api'
import { verifySlackRequest } from '@slack/bolt/dist/receivers/verify-request.js'
import plivoPackage from 'plivo'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import twilioPackage from 'twilio'
import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { github } from '../../src/schemes/webhook/catalogue/github.js'
import { hubspot } from '../../src/schemes/webhook/catalogue/hubspot.js'
import { line } from '../../src/schemes/webhook/catalogue/line.js'
import { linear } from '../../src/schemes/webhook/catalogue/linear.js'
import { plivo } from '../../src/schemes/webhook/catalogue/plivo.js'
import { shopify, shopifyOauth, shopifyProxy } from '../../src/schemes/webhook/catalogue/shopify.js'
import { slack } from '../../src/schemes/webhook/catalogue/slack.js'
import { standardWebhooks, svix } from '../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../src/schemes/webhook/catalogue/stripe.js'
import { twilio } from '../../src/schemes/webhook/catalogue/twilio.js'
import {
  verifyGithubWebhook,
  verifySlackRequest as verifyHereSlackRequest,
  verifyStripeWebhook,
} from '../../src/schemes/webhook/direct.js'
import type { Webhook } from '../../src/schemes/webhook/webhook.js'
import { signWebhook, verifyWebhook } from '../../src/webhook/index.js'

/*
 * What we sign is accepted by the official packages, what they sign is accepted here, and a change of one character of a body, a
 * field or a URL is refused here wherever it is refused there.
 */

const SECRET = 'a-secret-that-both-sides-share'
const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const URL_HERE = 'https://hooks.example.com/in/v1?foo=1&bar=2'

/** A delivery as either side sees it. */
interface Request {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Peer {
  readonly name: string
  readonly webhook: Webhook
  readonly accepts: (request: Request) => unknown
  /** Fields or the whole request of a delivery that the package signs; absent where it only verifies. */
  readonly signs?: (body: string) => Partial<Request> | Promise<Partial<Request>>
  readonly bodies: readonly string[]
  readonly method?: string
  readonly url?: string
  /** In place of the scheme: one check for this sender, which throws. */
  readonly check?: (request: Request) => void
}

const stripePeer = new Stripe('sk_test_1')
const standard = new StandardWebhook(WHSEC)
const svixPeer = new SvixWebhook(WHSEC)
const shopifyPeer = shopifyApi({
  apiKey: 'key',
  apiSecretKey: SECRET,
  scopes: [],
  hostName: 'app.example.com',
  apiVersion: Object.values(ApiVersion).at(-1) as ApiVersion,
  isEmbeddedApp: true,
  logger: { log: () => {} },
})
const linearPeer = new LinearWebhookClient(SECRET)

const JSONS = ['{"id":"evt_1","object":"event"}', '{"text":"äöü € ♥ \\u001b"}', '{}', '{"a":" "}\n']
const FORMS = ['', 'CallSid=CA1&From=%2B14158675309&Text=a+b', 'a=1&a=2&a=1&b=', 'A=%C3%A4&z=%26%3D&B=x%20y']
const formOf = (body: string): Record<string, string | string[]> => {
  const out: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(body)) out[name] = [...(out[name] ?? []), value]
  return Object.fromEntries(
    Object.entries(out).map(([name, all]) => [name, all.length === 1 ? (all[0] as string) : all]),
  )
}
const queryOf = (url: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(formOf(new URL(url).search.slice(1))).map(([name, value]) => [
      name.replace('[]', ''),
      value as string,
    ]),
  )

const nowText = () => String(Math.floor(Date.now() / 1_000))

const SCHEMES: readonly Peer[] = [
  {
    name: 'stripe',
    webhook: stripe({ secret: SECRET }),
    bodies: JSONS,
    accepts: ({ headers, body }) =>
      stripePeer.webhooks.signature?.verifyHeader(body, headers['stripe-signature'] as string, SECRET),
    signs: (payload) => ({
      headers: { 'stripe-signature': stripePeer.webhooks.generateTestHeaderString({ payload, secret: SECRET }) },
    }),
  },
  {
    name: 'standardwebhooks',
    webhook: standardWebhooks({ secret: WHSEC }),
    bodies: JSONS,
    accepts: ({ headers, body }) => standard.verify(body, headers),
    signs: (body) => ({
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': nowText(),
        'webhook-signature': standard.sign('msg_1', new Date(), body),
      },
    }),
  },
  {
    name: 'svix',
    webhook: svix({ secret: WHSEC }),
    bodies: JSONS,
    accepts: ({ headers, body }) => svixPeer.verify(body, headers),
    signs: (body) => ({
      headers: {
        'svix-id': 'msg_1',
        'svix-timestamp': nowText(),
        'svix-signature': svixPeer.sign('msg_1', new Date(), body),
      },
    }),
  },
  {
    name: '@octokit/webhooks-methods',
    webhook: github({ secret: SECRET }),
    bodies: JSONS,
    accepts: ({ headers, body }) => githubVerify(SECRET, body, headers['x-hub-signature-256'] as string),
    signs: async (body) => ({ headers: { 'x-hub-signature-256': await githubSign(SECRET, body) } }),
  },
  {
    name: '@slack/bolt',
    webhook: slack({ secret: SECRET }),
    bodies: [...JSONS, ...FORMS],
    accepts: ({ headers, body }) => {
      verifySlackRequest({
        signingSecret: SECRET,
        body,
        headers: {
          'x-slack-signature': headers['x-slack-signature'] as string,
          'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
        },
      })
      return true
    },
  },
  {
    name: '@line/bot-sdk',
    webhook: line({ secret: SECRET }),
    bodies: JSONS,
    accepts: ({ headers, body }) => validateSignature(body, SECRET, headers['x-line-signature'] as string),
  },
  {
    name: '@linear/sdk',
    webhook: linear({ secret: SECRET }),
    bodies: ['{"action":"create","type":"Issue"}', '{"text":"ä"}'],
    accepts: ({ headers, body }) =>
      linearPeer.verify(Buffer.from(body), headers['linear-signature'] as string, JSON.parse(body).webhookTimestamp),
  },
  {
    name: '@hubspot/api-client',
    webhook: hubspot({ secret: SECRET }),
    bodies: JSONS,
    accepts: ({ method, url, headers, body }) =>
      Signature.isValid({
        method,
        url,
        requestBody: body,
        signatureVersion: 'v3',
        clientSecret: SECRET,
        signature: headers['x-hubspot-signature-v3'] as string,
        timestamp: Number(headers['x-hubspot-request-timestamp']),
      }),
    signs: (requestBody) => {
      const timestamp = Date.now()
      const signed = { url: URL_HERE, requestBody, timestamp, clientSecret: SECRET }
      return {
        headers: {
          'x-hubspot-request-timestamp': String(timestamp),
          'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', signed as never),
        },
      }
    },
  },
  {
    name: 'twilio, forms',
    webhook: twilio({ secret: SECRET }),
    bodies: FORMS,
    accepts: ({ headers, body, url }) =>
      twilioPackage.validateRequest(SECRET, headers['x-twilio-signature'] as string, url, formOf(body)),
    signs: (body) => ({
      headers: { 'x-twilio-signature': twilioPackage.getExpectedTwilioSignature(SECRET, URL_HERE, formOf(body)) },
    }),
  },
  {
    name: 'twilio, shared keys',
    webhook: twilio({ secret: 'another-secret-altogether', sharedKey: SECRET }),
    bodies: FORMS,
    accepts: () => true,
    signs: (body) => ({
      headers: {
        'x-twilio-signature': twilioPackage.getExpectedTwilioSignature(SECRET, URL_HERE, formOf(body), 'HMAC_SHA256'),
      },
    }),
  },
  {
    name: 'plivo',
    webhook: plivo({ secret: SECRET }),
    bodies: FORMS,
    accepts: ({ method, headers, body, url }) =>
      plivoPackage.validateV3Signature(
        method,
        url,
        headers['x-plivo-signature-v3-nonce'] as string,
        SECRET,
        headers['x-plivo-signature-v3'] as string,
        formOf(body),
      ),
  },
  {
    name: '@shopify/shopify-api, webhooks',
    webhook: shopify({ secret: SECRET }),
    bodies: JSONS,
    accepts: async ({ headers, body }) => {
      const rawRequest = { method: 'POST', url: '/', headers }
      const answer = await shopifyPeer.webhooks.validate({
        rawBody: body,
        rawRequest: {
          ...rawRequest,
          headers: {
            ...headers,
            'x-shopify-topic': 'orders/create',
            'x-shopify-shop-domain': 'some-shop.myshopify.com',
            'x-shopify-api-version': '2026-01',
            'x-shopify-webhook-id': '1',
          },
        },
      } as never)
      return answer.valid
    },
  },
  {
    name: '@shopify/shopify-api, queries',
    webhook: shopifyOauth({ secret: SECRET }),
    bodies: [''],
    method: 'GET',
    url: 'https://app.example.com/?shop=some-shop.myshopify.com&code=abc&state=1',
    accepts: ({ url }) => shopifyPeer.utils.validateHmac(queryOf(url) as never),
  },
  {
    name: '@shopify/shopify-api, app proxies',
    webhook: shopifyProxy({ secret: SECRET }),
    bodies: [''],
    method: 'GET',
    url: 'https://app.example.com/in?shop=some-shop.myshopify.com&path_prefix=%2Fapps%2Fa&extra=1&extra=2',
    accepts: ({ url }) => shopifyPeer.utils.validateHmac(queryOf(url) as never, { signator: 'appProxy' }),
  },
]

/** The same peers for the checks of `countersign/webhook/direct`. */
const CHECKS: Readonly<Record<string, NonNullable<Peer['check']>>> = {
  '@octokit/webhooks-methods': ({ headers, body }) => verifyGithubWebhook(new Headers(headers), body, SECRET),
  stripe: ({ headers, body }) => verifyStripeWebhook(new Headers(headers), body, SECRET, Date.now()),
  '@slack/bolt': ({ headers, body }) => verifyHereSlackRequest(new Headers(headers), body, SECRET, Date.now()),
}
const PEERS: readonly Peer[] = [
  ...SCHEMES,
  ...SCHEMES.flatMap((peer) => {
    const check = CHECKS[peer.name]
    return check === undefined ? [] : [{ ...peer, name: `${peer.name}, one check`, check }]
  }),
]

function ours({ webhook, check }: Peer, request: Request): boolean {
  if (check === undefined) return verifyWebhook(webhook, request).ok
  try {
    check(request)
    return true
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return false
  }
}

async function theirs({ accepts }: Peer, request: Request): Promise<boolean> {
  try {
    const answer = await accepts(request)
    return answer !== false
  } catch {
    return false
  }
}

async function signedHere(peer: Peer, body: string): Promise<Request> {
  const { url = URL_HERE, method = 'POST' } = peer
  const {
    scheme,
    authority,
    target,
    fields,
    body: sent,
  } = await signWebhook(peer.webhook, { body, url, method, id: '12345' })
  const headers: Record<string, string> = {}
  for (let i = 0; i < fields.length; i += 2) headers[(fields[i] as string).toLowerCase()] = fields[i + 1] as string
  return {
    method,
    url: `${scheme}://${authority}${target}`,
    headers,
    body: new TextDecoder().decode(sent as Uint8Array),
  }
}

/** The delivery with one character exchanged, at every place of a field, and at some of body and URL. */
function* changes(request: Request): Generator<Request> {
  const other = (text: string, at: number) => text.slice(0, at) + (text[at] === 'b' ? 'c' : 'b') + text.slice(at + 1)
  for (const [name, value] of Object.entries(request.headers))
    for (let at = 0; at < value.length; at++)
      yield { ...request, headers: { ...request.headers, [name]: other(value, at) } }
  for (let at = 0; at < request.body.length; at += 3) yield { ...request, body: other(request.body, at) }
  for (let at = new URL(request.url).origin.length + 1; at < request.url.length; at += 2)
    yield { ...request, url: other(request.url, at) }
}

test('every check of one sender is held to a peer', () => {
  const names = PEERS.filter(({ check }) => check !== undefined).map(({ webhook }) => webhook.spec.id)
  expect(names.sort()).toEqual(['github', 'slack', 'stripe'])
})

describe.each(PEERS)('$name', (peer) => {
  test('what we sign is accepted, and nothing is accepted here that is refused there', async () => {
    let refusedThere = 0
    for (const body of peer.bodies) {
      const request = await signedHere(peer, body)
      expect([body, ours(peer, request), await theirs(peer, request)]).toEqual([body, true, true])
      for (const changed of changes(request)) {
        if (await theirs(peer, changed)) continue
        refusedThere++
        expect([changed, ours(peer, changed)]).toEqual([changed, false])
      }
    }
    if (peer.name !== 'twilio, shared keys') expect(refusedThere).toBeGreaterThan(20)
  })

  test.runIf(peer.signs !== undefined)('what it signs is accepted, and not with a character exchanged', async () => {
    for (const body of peer.bodies) {
      const request: Request = { method: 'POST', url: URL_HERE, headers: {}, body, ...(await peer.signs?.(body)) }
      expect([body, ours(peer, request)]).toEqual([body, true])
      for (const [name, value] of Object.entries(request.headers)) {
        const wrong = {
          ...request,
          headers: { ...request.headers, [name]: `${value.slice(0, -2)}${value.endsWith('0=') ? '1=' : '0='}` },
        }
        expect([name, ours(peer, wrong)]).toEqual([name, false])
      }
    }
  })
})
