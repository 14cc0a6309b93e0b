import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/crypto/secret.js'
import { discord } from '../../../src/schemes/webhook/catalogue/discord.js'
import { sendgrid } from '../../../src/schemes/webhook/catalogue/sendgrid.js'
import { standardWebhooksV1a } from '../../../src/schemes/webhook/catalogue/standard-v1a.js'
import { telnyx } from '../../../src/schemes/webhook/catalogue/telnyx.js'
import { receiveWebhook, signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { PUBLIC_KEY_SENDERS } from '../../contract/webhooks/public-key.js'
import { makeSender } from '../../contract/webhooks/row.js'
import { codeOf, verdictCode } from '../../expect-code.js'

const at = (nowMs: number) => ({ clock: { now: () => nowMs } })
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'

describe('Discord', () => {
  const nowMs = 1_760_000_000_000
  const sender = discord({ privateKey: SEED })
  const receiver = discord({ publicKey: PUBLIC })
  const answerTo = async (message: object) => {
    const { fields, body } = await signWebhook(sender, { body: JSON.stringify(message) }, at(nowMs))
    const verdict = verifyWebhook(receiver, { headers: fields, body: body as Uint8Array }, at(nowMs))
    return verdict.ok ? verdict.answer : verdict.code
  }

  test('is answered where it asks, and only there', async () => {
    const headers = { 'content-type': 'application/json' }
    expect(await answerTo({ type: 1, id: '1' })).toEqual({ status: 200, headers, body: '{"type":1}' })
    expect(await answerTo({ type: 0, version: 1 })).toEqual({ status: 204, headers, body: '' })
    expect(await answerTo({ type: 1, event: { type: 'APPLICATION_AUTHORIZED' } })).toBeUndefined()
    expect(await answerTo({ type: 2, id: '2' })).toBeUndefined()
    expect(await answerTo([])).toBeUndefined()
  })

  test('a byte that moves from the time to the body, or back, is refused', async () => {
    const { fields } = await signWebhook(sender, { body: '1{"type":1}' }, at(nowMs))
    const signature = fields[fields.indexOf('X-Signature-Ed25519') + 1] as string
    const judge = (time: string, body: string) =>
      verdictCode(
        verifyWebhook(
          receiver,
          { headers: { 'x-signature-ed25519': signature, 'x-signature-timestamp': time }, body },
          at(nowMs),
        ),
      )
    expect(judge('1760000000', '1{"type":1}')).toBe('ok')
    expect(judge('17600000001', '{"type":1}')).toBe('TIMESTAMP_FUTURE')
    expect(judge('17600000001{', '"type":1}')).toBe('TIMESTAMP_MALFORMED')
    expect(judge('176000000', '01{"type":1}')).toBe('TIMESTAMP_EXPIRED')
  })
})

describe.each(PUBLIC_KEY_SENDERS)('$name', (row) => {
  test('refuses a key that is none, of either half, and both or neither', () => {
    const make = (options: object) => codeOf(() => makeSender(row, options as Record<string, unknown>))
    for (const text of ['', 'x', 'whpk_', 'whsk_', '00', `${PUBLIC}00`]) {
      expect(make({ publicKey: text })).toMatch(/CONFIG_INVALID|KEY_WEAK/)
      expect(make({ privateKey: text })).toMatch(/CONFIG_INVALID|KEY_WEAK/)
    }
    for (const odd of [undefined, null, 5, [], [undefined], {}]) {
      expect(make({ publicKey: odd })).toBe('CONFIG_INVALID')
      expect(make({ privateKey: odd })).toBe('CONFIG_INVALID')
    }
    expect(make({ ...row.options, ...row.receiving })).toBe('CONFIG_INVALID')
  })

  test('cannot sign with what only verifies, and does not show the private key', async () => {
    const receiver = makeSender(row, row.receiving)
    expect(await codeOf(() => signWebhook(receiver, { body: '{}' }))).toBe('CONFIG_INVALID')
    const { privateKey } = row.options as { readonly privateKey: string }
    expect(JSON.stringify(makeSender(row))).not.toContain(privateKey)
    const hidden = makeSender(row, { privateKey: Secret.fromText(privateKey) })
    const { fields, body } = await signWebhook(hidden, { body: '{}' })
    expect(verdictCode(await receiveWebhook(receiver, { headers: fields, body: body as Uint8Array }))).toBe('ok')
  })
})

test('halves of a key pair that do not belong together are refused', () => {
  const [seed, own] = ['nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=', '1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=']
  const both = Buffer.concat([Buffer.from(seed, 'base64'), Buffer.from(own, 'base64')]).toString('base64')
  expect(codeOf(() => standardWebhooksV1a({ privateKey: `whsk_${both}` }))).toBe('CONFIG_INVALID')
})

test('a public key of small order, which one signature fits for every message, is refused', () => {
  expect(codeOf(() => discord({ publicKey: '00'.repeat(32) }))).toBe('KEY_WEAK')
  expect(codeOf(() => telnyx({ publicKey: Buffer.alloc(32).toString('base64') }))).toBe('KEY_WEAK')
})

test('a signature of SendGrid in any other encoding of the same numbers is refused', () => {
  const row = PUBLIC_KEY_SENDERS.find(({ name }) => name.endsWith('#sendgrid'))
  const [golden] = row?.golden ?? []
  if (golden === undefined) throw new Error('no delivery')
  const field = 'x-twilio-email-event-webhook-signature'
  const der = Buffer.from(golden.headers[field] as string, 'base64')
  const judge = (bytes: Uint8Array) => {
    const headers = { ...golden.headers, [field]: Buffer.from(bytes).toString('base64') }
    return verdictCode(verifyWebhook(sendgrid(golden.options), { headers, body: golden.body }, at(golden.nowMs)))
  }
  expect(judge(der)).toBe('ok')
  expect(judge(Buffer.concat([der, Buffer.of(0)]))).toBe('SIGNATURE_INVALID')
  // A length of two bytes where one is enough.
  const long = Buffer.concat([Buffer.of(0x30, 0x81, der[1] as number), der.subarray(2)])
  expect(judge(long)).toBe('SIGNATURE_INVALID')
})
