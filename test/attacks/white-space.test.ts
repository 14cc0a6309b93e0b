import { describe, expect, test } from 'vitest'
import { ipRanges } from '../../src/access/cidr.js'
import { parseIp } from '../../src/access/ip-address.js'
import { isGrant } from '../../src/access/scope.js'
import type { VerifyingKey } from '../../src/crypto/key.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { isWellFormedSecret, newSecretText } from '../../src/keyring/record/key-format.js'
import type { HttpRequest } from '../../src/message/message.js'
import { signPreparedSync, type VerifyScheme } from '../../src/schemes/scheme.js'
import { github } from '../../src/schemes/webhook/catalogue/github.js'
import { slack } from '../../src/schemes/webhook/catalogue/slack.js'
import { stripe } from '../../src/schemes/webhook/catalogue/stripe.js'
import { verifyGithubWebhook, verifySlackRequest, verifyStripeWebhook } from '../../src/schemes/webhook/direct.js'
import { signWebhook, type Webhook } from '../../src/webhook/index.js'
import { REQUEST_SCHEMES } from '../contract/schemes/all.js'
import { codeBy, NONCE, NOW, orderOf, signedBy } from '../contract/schemes/judged.js'
import { WEBHOOK_SCHEMES } from '../contract/schemes/webhooks.js'
import { allSamples } from '../exchange/samples.js'
import { methodsOf, requestOf, signedOf } from '../exchange/signed.js'
import { withCode } from '../expect-code.js'

/*
 * RFC 9110 5.5 and 5.6.3: around a field value, and around the members of a list, only SP and HTAB are no part of it. Other white space
 * that `trim()` and `\s` take for such would be a second spelling of what was signed: a no-break space, a form feed, a line tabulation.
 */

/** A no-break space, a next line, an em space, a byte order mark. */
const WIDE = ['\u00a0', '\u0085', '\u2003', '\ufeff'] as const
/** Controls, which AWS and its kin sign as a space inside a value, and cut off at its ends. */
const CONTROLS = ['\f', '\v'] as const
const OF_AWS = /sigv4|upload|^goog4|^tc3|^acs3|^huawei|^oss4|^tos4|^volc/

type Accepts = (request: HttpRequest) => boolean | Promise<boolean>

/** A value with a text put in at its ends, and beside the marks between its parts. */
function spelled(value: string, more: string): readonly string[] {
  const places = new Set([0, value.length])
  for (let at = 0; at < value.length && places.size < 100; at++)
    if (/[ ,;=:&]/.test(value[at] as string)) places.add(at).add(at + 1)
  return [...places].map((at) => value.slice(0, at) + more + value.slice(at))
}

const withValue = (request: HttpRequest, at: number, value: string): HttpRequest => ({
  ...request,
  fields: request.fields.map((one, place) => (place === at ? value : one)),
})

/** What is accepted with white space in a field that counts: one in whose place another text is refused. */
async function accepted(request: HttpRequest, accepts: Accepts, ofAws: boolean): Promise<readonly string[]> {
  const out: string[] = []
  for (let at = 1; at < request.fields.length; at += 2) {
    if (await accepts(withValue(request, at, 'another'))) continue
    const [name = '', value = ''] = request.fields.slice(at - 1, at + 1)
    for (const more of ofAws && !/^authorization$/i.test(name) ? WIDE : [...WIDE, ...CONTROLS])
      for (const text of spelled(value, more))
        if (await accepts(withValue(request, at, text))) out.push(`${name}: ${JSON.stringify(text)}`)
  }
  return out
}

describe('white space that is neither SP nor HTAB is a part of the value that it stands beside', () => {
  test.each(REQUEST_SCHEMES.map((row) => [row.name, row] as const))(
    'it is kept in the requests of %s',
    async (name, row) => {
      const signed = signedBy(row, orderOf(row))
      const accepts: Accepts = async (request) => (await codeBy(row, request)) === 'ok'
      expect(await accepts(signed)).toBe(true)
      expect(await accepted(signed, accepts, OF_AWS.test(name))).toEqual([])
    },
  )

  /** Whether a scheme finds a signature of this key that it has made. */
  const proven =
    (scheme: VerifyScheme, key: VerifyingKey): Accepts =>
    async (request) => {
      try {
        const [found] = scheme.parse(request)
        // Webhooks name no key.
        const isOwn = found?.keyId === undefined || found.keyId === '' || found.keyId === key.keyId
        return found !== undefined && isOwn && (await key.verify(found.base, found.signature))
      } catch {
        return false
      }
    }

  test.each(WEBHOOK_SCHEMES.map((row) => [row.name, row] as const))(
    'it is kept in the webhooks of %s',
    async (_, row) => {
      const { scheme, key } = row.signer
      const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: NONCE }
      const signed = signPreparedSync(scheme.prepare(orderOf(row), context), key)
      const accepts = proven(row.verifier, row.verifyingKey)
      expect(await accepts(signed)).toBe(true)
      expect(await accepted(signed, accepts, false)).toEqual([])
    },
  )

  test.each(allSamples.map((sample) => [sample.name, sample] as const))(
    'it is kept at the exchange %s',
    async (_, sample) => {
      const accepts = proven(exchangeVerifier(sample.exchange), sample.verifyingKey)
      for (const method of methodsOf(sample)) {
        const { final } = signedOf(sample, requestOf(sample, method, { symbol: 'BTCUSDT' }, { symbol: 'BTCUSDT' }))
        expect(await accepted(final, accepts, false)).toEqual([])
      }
    },
  )

  const secret = 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b'
  const plain = '8f742231b10e8888abcd99yyyzzz85a5'
  const body = '{"id":"evt_1"}'
  type Check = (headers: { get(name: string): string | null }) => void
  const DIRECT: ReadonlyArray<readonly [string, Webhook, Check]> = [
    ['GitHub', github({ secret: plain }), (headers) => verifyGithubWebhook(headers, body, plain)],
    ['Stripe', stripe({ secret }), (headers) => verifyStripeWebhook(headers, body, secret, NOW)],
    ['Slack', slack({ secret: plain }), (headers) => verifySlackRequest(headers, body, plain, NOW)],
  ]
  test.each(DIRECT)('it is kept in the one check for %s', async (_, webhook, check) => {
    const signed = await signWebhook(webhook, { body }, { clock: { now: () => NOW } })
    const accepts: Accepts = ({ fields }) => {
      const get = (name: string): string | null => {
        const at = fields.findIndex((one, place) => place % 2 === 0 && one.toLowerCase() === name)
        return at === -1 ? null : (fields[at + 1] as string)
      }
      try {
        check({ get })
        return true
      } catch {
        return false
      }
    }
    expect(accepts(signed)).toBe(true)
    expect(await accepted(signed, accepts, false)).toEqual([])
  })

  test('it is kept in the texts of a key and of its record', () => {
    const format = { prefix: 'acme' }
    const text = newSecretText(format, 'live')
    expect([isWellFormedSecret(text, format), isGrant('orders:read'), parseIp('10.0.0.1') !== undefined]).toEqual([
      true,
      true,
      true,
    ])
    for (const more of [...WIDE, ...CONTROLS, ' ', '\t'])
      for (const at of [(one: string) => one + more, (one: string) => more + one]) {
        expect([isWellFormedSecret(at(text), format), isGrant(at('orders:read')), parseIp(at('10.0.0.1'))]).toEqual([
          false,
          false,
          undefined,
        ])
        expect(() => ipRanges([at('10.0.0.0/8')])).toThrow(withCode('CONFIG_INVALID'))
      }
  })
})
