import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { hubspot, hubspotV1, hubspotV2 } from '../../../src/schemes/webhook/catalogue/hubspot.js'
import { line } from '../../../src/schemes/webhook/catalogue/line.js'
import { plivo } from '../../../src/schemes/webhook/catalogue/plivo.js'
import { shopifyOauth } from '../../../src/schemes/webhook/catalogue/shopify.js'
import { slack } from '../../../src/schemes/webhook/catalogue/slack.js'
import { standardWebhooks, svix } from '../../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { twilio } from '../../../src/schemes/webhook/catalogue/twilio.js'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'
import { signWebhook, verifyWebhook } from '../../../src/webhook/index.js'

/*
 * What the vendors' Python packages sign is accepted, they accept what we sign, and a change of one character that they refuse is
 * refused here.
 */

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/webhook_requests.py`
const run = (args: readonly string[], input = ''): unknown =>
  JSON.parse(execFileSync(python, [script, ...args], { input, maxBuffer: 2 ** 26 }).toString())

interface Sent {
  readonly peer: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const secret = 'a-secret-that-both-sides-share'
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const WEBHOOKS: Readonly<Record<string, Webhook>> = {
  stripe: stripe({ secret }),
  slack: slack({ secret }),
  twilio: twilio({ secret }),
  'twilio-shared': twilio({ secret: 'another-secret-altogether', sharedKey: secret }),
  standard: standardWebhooks({ secret: whsec }),
  svix: svix({ secret: whsec }),
  hubspot: hubspot({ secret }),
  'hubspot-v2': hubspotV2({ secret }),
  'hubspot-v1': hubspotV1({ secret }),
  plivo: plivo({ secret }),
  'shopify-oauth': shopifyOauth({ secret }),
  line: line({ secret }),
}

const { requests, bodies } = run([]) as {
  readonly requests: readonly Sent[]
  readonly bodies: Readonly<Record<string, readonly string[]>>
}
const verdict = ({ peer, ...request }: Sent): string => {
  const answer = verifyWebhook(WEBHOOKS[peer] as Webhook, request)
  return answer.ok ? 'ok' : answer.code
}

async function signedHere(peer: string, body: string): Promise<Sent> {
  const url = 'https://hooks.example.com/in/v1?foo=1&bar=2'
  const method = peer === 'shopify-oauth' ? 'GET' : 'POST'
  const signed = await signWebhook(WEBHOOKS[peer] as Webhook, { body, url, method, id: '12345' })
  const headers: Record<string, string> = {}
  for (let i = 0; i < signed.fields.length; i += 2)
    headers[(signed.fields[i] as string).toLowerCase()] = signed.fields[i + 1] as string
  return { peer, method, url: `${signed.scheme}://${signed.authority}${signed.target}`, headers, body }
}

const other = (text: string, at: number) => text.slice(0, at) + (text[at] === 'b' ? 'c' : 'b') + text.slice(at + 1)
const changes = (sent: Sent): readonly Sent[] => [
  ...Object.entries(sent.headers).flatMap(([name, value]) =>
    [0, 3, 7, value.length - 3].map((at) => ({ ...sent, headers: { ...sent.headers, [name]: other(value, at) } })),
  ),
  ...[0, 2, sent.body.length - 1].map((at) => ({ ...sent, body: other(sent.body, Math.max(0, at)) })),
  ...[30, sent.url.length - 1].map((at) => ({ ...sent, url: other(sent.url, at) })),
]

test('every package has signed', () => {
  expect(new Set(requests.map(({ peer }) => peer)).size).toBe(Object.keys(WEBHOOKS).length - 2)
})

describe.each(requests.map((sent) => [`${sent.peer} ${sent.body}`, sent] as const))('%s', (_, sent) => {
  test('is accepted', () => {
    expect(verdict(sent)).toBe('ok')
  })
})

test('what we sign is accepted, and no change of it here that is refused there', { timeout: 120_000 }, async () => {
  const own = await Promise.all(
    Object.entries(bodies).flatMap(([peer, all]) => all.map((body) => signedHere(peer, body))),
  )
  const answers = run(['verify'], JSON.stringify(own)) as ReadonlyArray<boolean | null>
  expect(own.filter((_, at) => answers[at] === false)).toEqual([])
  const changed = own.flatMap(changes)
  const judged = run(['verify'], JSON.stringify(changed)) as ReadonlyArray<boolean | null>
  const refused = changed.filter((_, at) => judged[at] === false)
  expect(refused.length).toBeGreaterThan(100)
  expect(refused.filter((one) => verdict(one) === 'ok')).toEqual([])
})
