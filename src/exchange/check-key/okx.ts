import type { KeyAnswer } from './key-report.js'
import { list, names, record, text } from './read-answer.js'

/** @see {@link https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-account-configuration | OKX, Get account configuration} */
export const okx: KeyAnswer = {
  path: '/api/v5/account/config',
  refusal: ({ code }) => (code === '0' ? undefined : (code ?? 'no code')),
  read: (answer) => {
    const data = record(list(record(answer, 'the answer')['data'], 'data')[0], 'data')
    const permissions = names(text(data, 'perm'))
    return {
      permissions,
      withdraw: permissions.includes('withdraw'),
      trade: permissions.includes('trade'),
      ipBound: names(text(data, 'ip')).length > 0,
    }
  },
  // "API keys": those that may trade or withdraw end after 14 days without use.
  lifetime: { days: 14, since: 'use', applies: ({ trade, withdraw }) => trade || withdraw },
}
