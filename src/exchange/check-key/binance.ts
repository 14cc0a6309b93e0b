import type { KeyAnswer } from './key-report.js'
import { flag, record, whole, wholeOrNever } from './read-answer.js'

const TRADES = /^enable(?:SpotAndMarginTrading|Margin|Futures|VanillaOptions|PortfolioMarginTrading|FixApiTrade)$/

/** @see {@link https://developers.binance.com/docs/wallet/account/api-key-permission | Binance, Get API Key Permission} */
export const binance: KeyAnswer = {
  path: '/sapi/v1/account/apiRestrictions',
  refusal: ({ code }) => code,
  read: (answer) => {
    const all = record(answer, 'the answer')
    const permissions = Object.keys(all).filter((name) => /^(?:enable|permits)[A-Z]/.test(name) && flag(all, name))
    return {
      permissions,
      withdraw: flag(all, 'enableWithdrawals'),
      trade: permissions.some((name) => TRADES.test(name)),
      ipBound: flag(all, 'ipRestrict'),
      createdMs: whole(all, 'createTime'),
      expiresAtMs: wholeOrNever(all, 'tradingAuthorityExpirationTime'),
    }
  },
  // Notice of 2021-07-08: 30 days, for keys the exchange made; those of one's own are exempt. Others say 90 since.
  lifetime: {
    days: 30,
    since: 'creation',
    applies: ({ trade }, algorithm) => trade && (algorithm === undefined || algorithm.startsWith('hmac')),
  },
  hmac: 'Binance calls shared secrets deprecated, and session.logon takes Ed25519 keys only',
}
