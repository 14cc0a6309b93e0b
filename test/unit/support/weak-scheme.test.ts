import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { line } from '../../../src/schemes/webhook/catalogue/line.js'
import { staticKeys, strictPolicy } from '../../../src/server/index.js'
import { createVerifier, noReplayProtection } from '../../../src/server/verifier.js'
import { logWeaknesses } from '../../../src/support/weak-scheme.js'
import { receiveWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'

const warn = vi.spyOn(console, 'warn')
let count = 0
/** An id that no other test has: what was named once is not named again. */
const fresh = (): string => `weak-${++count}`
const webhook = () => ({ ...line({ secret: 'a-channel-secret-of-32-characters' }), id: fresh() })

beforeEach(() => void warn.mockReset().mockReturnValue(undefined))
afterAll(() => warn.mockRestore())

it.each([
  [
    'createVerifier',
    () => {
      const scheme = { ...rfc9421Verifier(), id: fresh(), weaknesses: ['no-url', 'no-time'] as const }
      const policy = strictPolicy({ authorities: ['api.example.com'] })
      createVerifier({ schemes: [scheme], keys: staticKeys([]), policy, replay: noReplayProtection })
    },
  ],
  ['webhookVerifier', () => webhookVerifier(webhook())],
  ['verifyWebhook', () => verifyWebhook(webhook(), { headers: {}, body: '' })],
  ['receiveWebhook', () => receiveWebhook(webhook(), { headers: {}, body: '' })],
])('%s logs what a scheme leaves open', async (_, run) => {
  await run()
  expect(warn).toHaveBeenCalledOnce()
  const [text] = warn.mock.calls[0] as [string]
  expect(text).toMatch(new RegExp(`^countersign: weak-${count} leaves open: no-time$`))
})

it('logs it once, whichever function comes next', () => {
  const one = webhook()
  webhookVerifier(one)
  verifyWebhook(one, { headers: {}, body: '' })
  webhookVerifier(one)
  expect(warn).toHaveBeenCalledOnce()
})

it('logs nothing of a scheme that leaves nothing open', () => {
  logWeaknesses({ id: fresh() })
  logWeaknesses({ id: fresh(), weaknesses: [] })
  logWeaknesses({
    id: fresh(),
    weaknesses: ['no-url', 'no-key-id', 'no-nonce', 'no-method', 'no-query', 'no-authority'],
  })
  expect(warn).not.toHaveBeenCalled()
})
