import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { verifyWebhook } from '../../../src/webhook/index.js'
import { verdictCode } from '../../expect-code.js'
import { type PeerKeys, receivers } from './webhook-peers.js'

/*
 * Deliveries at the edges: URLs, forms, bodies, several signatures, odd times. What a vendor's package makes of each is known, and
 * every difference stands in one of the two tables below.
 */

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'

interface Sent {
  readonly peer: string
  readonly label: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the package accepts it; null where it only signs. */
  readonly theirs: boolean | null
  /** When the package was asked. */
  readonly nowMs: number
}

const { requests, failures, keys } = JSON.parse(
  execFileSync(python, [`${process.cwd()}/test/interop/python/webhook_edges.py`], { maxBuffer: 2 ** 27 }).toString(),
) as { requests: readonly Sent[]; failures: Readonly<Record<string, string>>; keys: PeerKeys }

const RECEIVERS = receivers(keys)

/** What packages take and this one refuses, with the code: two spellings of one delivery are two deliveries to a store that remembers them. */
const STRICTER: Readonly<Record<string, string>> = {
  'stripe: milliseconds': 'TIMESTAMP_MALFORMED',
  'standard: zero before': 'TIMESTAMP_MALFORMED',
  'standard: plus before': 'TIMESTAMP_MALFORMED',
  'svix: zero before': 'TIMESTAMP_MALFORMED',
  'svix: plus before': 'TIMESTAMP_MALFORMED',
  'slack: zero before': 'TIMESTAMP_MALFORMED',
  'slack: plus': 'TIMESTAMP_MALFORMED',
  'slack: space': 'TIMESTAMP_MALFORMED',
  'meta: no prefix': 'SIGNATURE_MALFORMED',
  'telnyx: doubled': 'SIGNATURE_MALFORMED',
  'sendgrid: doubled': 'SIGNATURE_MALFORMED',
  'discord: capitals': 'SIGNATURE_MALFORMED',
  "telegram-mini-app: {'x': 'a\\nb'}": 'AUTH_MALFORMED',
  "telegram-login: {'x': 'a\\nb'}": 'AUTH_MALFORMED',
}

/** What packages refuse for another reason than the signature: they parse what they verify. */
const PARSED: ReadonlyArray<readonly [peer: string, label: RegExp]> = [
  // It returns the body as JSON.
  ['standard', /^body /],
  ['square', /^body ''$/],
  ['stripe', /^a space$/],
  ['telegram-mini-app', /'empty'/],
  ['telegram-login', /'empty'/],
]

const outcome = ({ peer, label: _, theirs: __, nowMs, ...request }: Sent): string =>
  verdictCode(verifyWebhook(RECEIVERS[peer] as (typeof RECEIVERS)[string], request, { clock: { now: () => nowMs } }))

test('every package has answered', () => {
  expect(failures).toEqual({})
  expect(requests.length).toBeGreaterThan(800)
})

describe.each([...new Set(requests.map(({ peer }) => peer))])('%s', (peer) => {
  const mine = requests.filter((one) => one.peer === peer)

  test('what the package accepts is accepted, except for what stands in the table', () => {
    for (const one of mine.filter(({ theirs }) => theirs !== false)) {
      const name = `${peer}: ${one.label}`
      expect(outcome(one), name).toBe(STRICTER[name] ?? 'ok')
    }
  })

  test('what it refuses is refused, except where it refuses what was signed', () => {
    for (const one of mine.filter(({ theirs }) => theirs === false)) {
      const isParsed = PARSED.some(([of, label]) => of === peer && label.test(one.label))
      if (!isParsed) expect(outcome(one), `${peer}: ${one.label}`).not.toBe('ok')
    }
  })

  test('none is accepted with another body, URL or method where these are signed', () => {
    const { covered } = RECEIVERS[peer] as (typeof RECEIVERS)[string]
    for (const one of mine.filter((each) => outcome(each) === 'ok')) {
      if (one.body !== '') expect(outcome({ ...one, body: `${one.body}z` }), one.label).not.toBe('ok')
      if (covered.includes('path'))
        expect(outcome({ ...one, url: one.url.replace('/in', '/im') }) === 'ok').toBe(!one.url.includes('/in'))
      if (covered.includes('method')) expect(outcome({ ...one, method: 'PUT' }), one.label).not.toBe('ok')
    }
  })
})
