import type { KeyAnswer } from './key-report.js'
import { list, record, texts, wholeOrNever } from './read-answer.js'

const seconds = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1000)

/** @see {@link https://docs.kraken.com/api-reference/account-data/get-api-key-info | Kraken, Get API Key Info} */
export const kraken: KeyAnswer = {
  method: 'POST',
  path: '/0/private/GetApiKeyInfo',
  refusal: ({ error }) => (Array.isArray(error) && error.length === 0 ? undefined : (list(error, 'error')[0] ?? '')),
  read: (answer) => {
    const result = record(record(answer, 'the answer')['result'], 'result')
    const permissions = texts(result, 'permissions')
    return {
      permissions,
      withdraw: permissions.includes('withdraw-funds'),
      trade: permissions.some((name) => name === 'modify-trades' || name === 'close-trades'),
      ipBound: texts(result, 'ipAllowlist').length > 0,
      createdMs: seconds(wholeOrNever(result, 'createdTime')),
      expiresAtMs: seconds(wholeOrNever(result, 'validUntil')),
    }
  },
}
