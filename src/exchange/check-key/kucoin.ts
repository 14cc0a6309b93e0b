import type { KeyAnswer } from './key-report.js'
import { names, record, text, wholeOrNever } from './read-answer.js'

/** @see {@link https://www.kucoin.com/docs-new/rest/account-info/account-funding/get-apikey-info | KuCoin, Get Apikey Info} */
export const kucoin: KeyAnswer = {
  path: '/api/v1/user/api-key',
  refusal: ({ code }) => (code === '200000' ? undefined : (code ?? 'no code')),
  read: (answer) => {
    const data = record(record(answer, 'the answer')['data'], 'data')
    const permissions = names(text(data, 'permission'))
    return {
      permissions,
      // "Transfer" is the older name of the permission that withdrawals need; "InnerTransfer" and "FlexTransfers" stay inside.
      withdraw: permissions.some((name) => /^(?:Withdraw(?:al)?|Transfer)$/.test(name)),
      trade: permissions.some((name) => /^(?:Spot|Margin|Futures|Unified|Trade)$/.test(name)),
      ipBound: data['ipWhitelist'] !== undefined && names(text(data, 'ipWhitelist')).length > 0,
      createdMs: wholeOrNever(data, 'createdAt'),
      expiresAtMs: wholeOrNever(data, 'expiredAt'),
    }
  },
}
