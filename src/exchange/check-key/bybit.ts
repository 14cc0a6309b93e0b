import type { KeyAnswer } from './key-report.js'
import { isoOrNever, list, record, texts, whole } from './read-answer.js'

/** @see {@link https://bybit-exchange.github.io/docs/v5/user/apikey-info | Bybit, Get API Key Information} */
export const bybit: KeyAnswer = {
  path: '/v5/user/query-api',
  refusal: ({ retCode }) => (retCode === 0 ? undefined : (retCode ?? 'no retCode')),
  read: (answer) => {
    const result = record(record(answer, 'the answer')['result'], 'result')
    const groups = record(result['permissions'], 'permissions')
    const readOnly = whole(result, 'readOnly') === 1
    const all = Object.keys(groups).flatMap((group) => texts(groups, group).map((name) => `${group}.${name}`))
    const ips = list(result['ips'], 'ips')
    return {
      permissions: readOnly ? all.map((name) => `${name}:read`) : all,
      withdraw: !readOnly && all.includes('Wallet.Withdraw'),
      trade: !readOnly && all.some((name) => /^(?:ContractTrade|Spot|Options|Derivatives)\./.test(name)),
      ipBound: ips.length > 0 && !ips.includes('*'),
      createdMs: isoOrNever(result, 'createdAt'),
      expiresAtMs: isoOrNever(result, 'expiredAt'),
    }
  },
  // docs/faq.mdx: 90 days without an IP list.
  lifetime: { days: 90, since: 'creation' },
}
