import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'
import { signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { verdictCode } from '../../expect-code.js'
import { type PeerKeys, receivers, senders, URL } from './webhook-peers.js'

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

const { requests, bodies, keys } = run([]) as {
  readonly requests: readonly Sent[]
  readonly bodies: Readonly<Record<string, readonly string[]>>
  readonly keys: PeerKeys
}

const WEBHOOKS = senders(keys)
const RECEIVERS = receivers(keys)

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
  test('the receiver accepts the delivery', () => {
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
