import { binance } from '../../../src/exchange/catalogue/binance.js'
import { mockExchange } from '../../../src/testing/mock-exchange.js'
import type { OptionsRoom } from './row.js'

const account = { apiKey: 'bot-1', secret: 'a-secret-for-tests' }
const open = async (options: object): Promise<void> => {
  const mock = await mockExchange(binance(), { accounts: [account], ...options })
  await mock.close()
}

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/testing#mockExchange',
      call: open,
      misspelt: [
        ['route', 'routes'],
        ['skew', 'skewMs'],
        ['publicRoute', 'publicRoutes'],
        ['account', 'accounts'],
      ],
    },
    {
      name: 'countersign/testing#mockExchange.accounts',
      call: (extra) => open({ accounts: [{ ...account, ...extra }] }),
      misspelt: [
        ['balance', 'balances'],
        ['expiresAt', 'expiresAtMs'],
        ['permission', 'permissions'],
      ],
    },
    {
      name: 'countersign/testing#mockExchange.window',
      call: (extra) => open({ window: extra }),
      misspelt: [['past', 'pastMs']],
    },
    {
      name: 'countersign/testing#mockExchange.answers',
      call: (extra) => open({ answers: extra }),
      misspelt: [['refusal', 'refusals']],
    },
  ],
  without: {},
}
