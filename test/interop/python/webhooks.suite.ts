import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { coinbaseCommerce } from '../../../src/schemes/webhook/catalogue/coinbase-commerce.js'
import { discord } from '../../../src/schemes/webhook/catalogue/discord.js'
import { github } from '../../../src/schemes/webhook/catalogue/github.js'
import { hubspot, hubspotV1, hubspotV2 } from '../../../src/schemes/webhook/catalogue/hubspot.js'
import { lark } from '../../../src/schemes/webhook/catalogue/lark.js'
import { line } from '../../../src/schemes/webhook/catalogue/line.js'
import { meta } from '../../../src/schemes/webhook/catalogue/meta.js'
import { paddle } from '../../../src/schemes/webhook/catalogue/paddle.js'
import { plivo } from '../../../src/schemes/webhook/catalogue/plivo.js'
import { sendgrid } from '../../../src/schemes/webhook/catalogue/sendgrid.js'
import { shopifyOauth } from '../../../src/schemes/webhook/catalogue/shopify.js'
import { slack } from '../../../src/schemes/webhook/catalogue/slack.js'
import { square } from '../../../src/schemes/webhook/catalogue/square.js'
import { standardWebhooks, svix } from '../../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { telegramLogin, telegramMiniApp, telegramThirdParty } from '../../../src/schemes/webhook/catalogue/telegram.js'
import { telnyx } from '../../../src/schemes/webhook/catalogue/telnyx.js'
import { twilio } from '../../../src/schemes/webhook/catalogue/twilio.js'
import { workos } from '../../../src/schemes/webhook/catalogue/workos.js'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'
import { signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { verdictCode } from '../../expect-code.js'

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
const URL = 'https://hooks.example.com/in/v1?foo=1&bar=2'
const BOT = '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8'
const { requests, bodies, keys } = run([]) as {
  readonly requests: readonly Sent[]
  readonly bodies: Readonly<Record<string, readonly string[]>>
  readonly keys: Readonly<Record<'hex' | 'base64' | 'privateHex' | 'privateBase64' | 'spki', string>>
}

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
  square: square({ secret, notificationUrl: URL }),
  paddle: paddle({ secret, toleranceMs: 60_000 }),
  workos: workos({ secret }),
  telnyx: telnyx({ privateKey: keys.privateBase64 }),
  discord: discord({ privateKey: keys.privateHex }),
  sendgrid: sendgrid({ privateKey: keys.privateBase64 }),
  lark: lark({ secret }),
  'coinbase-commerce': coinbaseCommerce({ secret }),
  github: github({ secret }),
  meta: meta({ secret }),
  'telegram-mini-app': telegramMiniApp({ secret: BOT }),
  'telegram-third-party': telegramThirdParty({ botId: 5768337691, privateKey: keys.privateHex }),
  'telegram-login': telegramLogin({ secret: BOT }),
}
/** With what is public alone: deliveries that Python signs. */
const RECEIVERS: Readonly<Record<string, Webhook>> = {
  ...WEBHOOKS,
  telnyx: telnyx({ publicKey: keys.base64 }),
  discord: discord({ publicKey: keys.hex }),
  sendgrid: sendgrid({ publicKey: keys.spki }),
  'telegram-third-party': telegramThirdParty({ botId: 5768337691, publicKey: keys.hex }),
}

const verdict = ({ peer, ...request }: Sent): string => {
  const answer = verifyWebhook(RECEIVERS[peer] as Webhook, request)
  return verdictCode(answer)
}

async function signedHere(peer: string, body: string): Promise<Sent> {
  const method = peer === 'shopify-oauth' ? 'GET' : 'POST'
  const signed = await signWebhook(WEBHOOKS[peer] as Webhook, { body, url: URL, method, id: '12345' })
  const headers: Record<string, string> = {}
  for (let i = 0; i < signed.fields.length; i += 2)
    headers[(signed.fields[i] as string).toLowerCase()] = signed.fields[i + 1] as string
  return { peer, method, url: `${signed.scheme}://${signed.authority}${signed.target}`, headers, body }
}

const other = (text: string, at: number) => text.slice(0, at) + (text[at] === 'b' ? 'c' : 'b') + text.slice(at + 1)
// Places that are the same in each run.
let state = 20261129
const places = (length: number): readonly number[] =>
  Array.from({ length: 2 }, () => {
    state = (state * 48_271) % 2_147_483_647
    return state % Math.max(1, length)
  })
const changes = (sent: Sent): readonly Sent[] => [
  ...Object.entries(sent.headers).flatMap(([name, value]) =>
    [0, 3, 7, value.length - 3, ...places(value.length)].map((at) => ({
      ...sent,
      headers: { ...sent.headers, [name]: other(value, at) },
    })),
  ),
  ...[0, 2, sent.body.length - 1, ...places(sent.body.length)].map((at) => ({
    ...sent,
    body: other(sent.body, Math.max(0, at)),
  })),
  ...[30, sent.url.length - 1].map((at) => ({ ...sent, url: other(sent.url, at) })),
]

/** Plivo, LINE, Square, WorkOS, Lark, GitHub and Meta: packages that only verify. */
const ONLY_VERIFY = 7

test('every package has signed', () => {
  expect(new Set(requests.map(({ peer }) => peer)).size).toBe(Object.keys(WEBHOOKS).length - ONLY_VERIFY)
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
  const changed = own.flatMap(changes)
  // One run: the packages take seconds to be imported.
  const answers = run(['verify'], JSON.stringify([...own, ...changed])) as ReadonlyArray<boolean | null>
  expect(own.filter((_, at) => answers[at] === false)).toEqual([])
  const refused = changed.filter((_, at) => answers[own.length + at] === false)
  expect(refused.length).toBeGreaterThan(100)
  expect(refused.filter((one) => verdict(one) === 'ok')).toEqual([])
})
