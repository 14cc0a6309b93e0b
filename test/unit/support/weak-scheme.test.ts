import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { line } from '../../../src/schemes/webhook/catalogue/line.js'
import { staticKeys, strictPolicy } from '../../../src/server/index.js'
import { createVerifier, noReplayProtection } from '../../../src/server/verifier.js'
import { logWeaknesses } from '../../../src/support/weak-scheme.js'
import { receiveWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'

const emitWarning = vi.spyOn(process, 'emitWarning')
let count = 0
/** An id that no other test has: what was named once is not named again. */
const fresh = (): string => `weak-${++count}`
const webhook = () => ({ ...line({ secret: 'a-channel-secret-of-32-characters' }), id: fresh() })

beforeEach(() => void emitWarning.mockReset().mockReturnValue(undefined))
afterEach(() => void vi.unstubAllGlobals())
afterAll(() => emitWarning.mockRestore())

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
  expect(emitWarning).toHaveBeenCalledOnce()
  const [text, ...kind] = emitWarning.mock.calls[0] as unknown as [string, ...unknown[]]
  expect(text).toMatch(new RegExp(`^countersign: weak-${count} leaves open: no-time$`))
  expect(kind).toStrictEqual(['CountersignWarning'])
})

it('logs it once, whichever door comes next', () => {
  const one = webhook()
  webhookVerifier(one)
  verifyWebhook(one, { headers: {}, body: '' })
  webhookVerifier(one)
  expect(emitWarning).toHaveBeenCalledOnce()
})

it('logs nothing of a scheme that leaves nothing open', () => {
  logWeaknesses({ id: fresh() })
  logWeaknesses({ id: fresh(), weaknesses: [] })
  logWeaknesses({
    id: fresh(),
    weaknesses: ['no-url', 'no-key-id', 'no-nonce', 'no-method', 'no-query', 'no-authority'],
  })
  expect(emitWarning).not.toHaveBeenCalled()
})

it('writes to the console where there are no warnings of a process', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined)
  vi.stubGlobal('process', undefined)
  logWeaknesses({ id: fresh(), weaknesses: ['sha1'] })
  expect(warn.mock.calls).toStrictEqual([[`countersign: weak-${count} leaves open: sha1`, 'CountersignWarning']])
  warn.mockRestore()
})
