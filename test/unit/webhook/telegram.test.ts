import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { telegramLogin, telegramMiniApp, telegramThirdParty } from '../../../src/schemes/webhook/catalogue/telegram.js'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'
import { verifyWebhook } from '../../../src/webhook/index.js'
import { TELEGRAM_SENDERS } from '../../contract/webhooks/telegram.js'
import { codeOf, verdictCode } from '../../expect-code.js'

const TOKEN = '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8'
const at = (nowMs: number) => ({ clock: { now: () => nowMs } })
const nowMs = 1_760_000_000_000
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** Signed by the description, with nothing of this package. */
const signed = (lines: readonly string[], key: Buffer, query: string) =>
  `${query}&hash=${hmac(key, [...lines].sort().join('\n')).toString('hex')}`
const MINI_APP = hmac('WebAppData', TOKEN)
const LOGIN = createHash('sha256').update(TOKEN).digest()

test('the login widget is verified by a separate key, over every parameter', () => {
  const lines = ['id=1', 'first_name=Ann & Bob', 'auth_date=1760000000', 'photo_url=https://t.me/i/1.jpg']
  const query = 'id=1&first_name=Ann+%26%20Bob&auth_date=1760000000&photo_url=https%3A%2F%2Ft.me%2Fi%2F1.jpg'
  const login = telegramLogin({ secret: TOKEN })
  const judge = (key: Buffer, more = '', when = nowMs) => {
    const url = `https://example.com/login?${signed(lines, key, query)}${more}`
    return verdictCode(verifyWebhook(login, { method: 'GET', url, headers: {}, body: null }, at(when)))
  }
  expect(judge(LOGIN)).toBe('ok')
  expect(judge(MINI_APP)).toBe('SIGNATURE_INVALID')
  expect(judge(LOGIN, '&admin=true')).toBe('SIGNATURE_INVALID')
  expect(judge(LOGIN, '&id=2')).toBe('AUTH_DUPLICATE')
  expect(judge(LOGIN, '', nowMs + 301_000)).toBe('TIMESTAMP_EXPIRED')
})

test('data of a launch may be a day old, or as old as is given', () => {
  const data = signed(
    ['auth_date=1760000000', 'user={"id":1}'],
    MINI_APP,
    'user=%7B%22id%22%3A1%7D&auth_date=1760000000',
  )
  const judge = (webhook: Webhook, when: number) =>
    verdictCode(verifyWebhook(webhook, { headers: { authorization: `tma ${data}` }, body: null }, at(when)))
  const day = telegramMiniApp({ secret: TOKEN })
  expect([judge(day, nowMs + 86_400_000), judge(day, nowMs + 86_401_000)]).toEqual(['ok', 'TIMESTAMP_EXPIRED'])
  expect(judge(telegramMiniApp({ secret: TOKEN, toleranceMs: 60_000 }), nowMs + 61_000)).toBe('TIMESTAMP_EXPIRED')
})

test('data that two programs could read differently is refused', () => {
  const launch = telegramMiniApp({ secret: TOKEN })
  const judge = (lines: readonly string[], query: string, prefix = 'tma ') => {
    const authorization = `${prefix}${signed(lines, MINI_APP, query)}`
    return verdictCode(verifyWebhook(launch, { headers: { authorization }, body: null }, at(nowMs)))
  }
  const date = 'auth_date=1760000000'
  expect(judge([date, 'a=1'], `a=1&${date}`)).toBe('ok')
  expect(judge([date, 'a=1', 'b=2'], `a=1%0Ab%3D2&${date}`)).toBe('AUTH_MALFORMED')
  expect(judge([date, 'a=1', 'a=2'], `a=1&a=2&${date}`)).toBe('AUTH_DUPLICATE')
  expect(judge([date, 'a=b=1'], `a%3Db=1&${date}`)).toBe('AUTH_MALFORMED')
  expect(judge([date, 'a=%'], `a=%&${date}`)).toBe('AUTH_MALFORMED')
  expect(judge(['a=1'], 'a=1')).toBe('AUTH_MALFORMED')
  expect(judge(['auth_date=1760000000x'], 'auth_date=1760000000x')).toBe('TIMESTAMP_MALFORMED')
  expect(judge([date], date, 'Bearer ')).toBe('AUTH_MISSING')
})

test('data for third parties counts for its bot and for Telegram’s key alone', () => {
  const golden = TELEGRAM_SENDERS.find(({ name }) => name.endsWith('#telegramThirdParty'))?.golden[0]
  if (golden === undefined) throw new Error('no delivery')
  const judge = (webhook: Webhook) =>
    verdictCode(verifyWebhook(webhook, { headers: golden.headers, body: golden.body }, at(golden.nowMs)))
  expect(judge(telegramThirdParty({ botId: '7342037359' }))).toBe('ok')
  expect(judge(telegramThirdParty({ botId: 7342037358 }))).toBe('SIGNATURE_INVALID')
  expect(judge(telegramThirdParty({ botId: 7342037359, environment: 'test' }))).toBe('SIGNATURE_INVALID')
  for (const botId of ['', '0', '1:WebAppData', -1, 1.5, undefined, Number.NaN])
    expect(codeOf(() => telegramThirdParty({ botId: botId as never }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => telegramThirdParty({ botId: 1, environment: 'prod' as never }))).toBe('CONFIG_INVALID')
})
