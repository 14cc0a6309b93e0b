import { binance } from '../../../src/exchange/catalogue/binance.js'
import { venueDouble } from '../../../src/testing/double.js'
import type { OptionsRoom } from './row.js'

const account = { apiKey: 'bot-1', secret: 'a-secret-for-tests' }
const open = async (options: object): Promise<void> => {
  const double = await venueDouble(binance(), { accounts: [account], ...options })
  await double.close()
}

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/testing#venueDouble',
      call: open,
      misspelt: [
        ['route', 'routes'],
        ['skew', 'skewMs'],
        ['publicRoute', 'publicRoutes'],
        ['account', 'accounts'],
      ],
    },
    {
      name: 'countersign/testing#venueDouble.accounts',
      call: (extra) => open({ accounts: [{ ...account, ...extra }] }),
      misspelt: [
        ['balance', 'balances'],
        ['expiresAt', 'expiresAtMs'],
        ['permission', 'permissions'],
      ],
    },
    {
      name: 'countersign/testing#venueDouble.window',
      call: (extra) => open({ window: extra }),
      misspelt: [['past', 'pastMs']],
    },
    {
      name: 'countersign/testing#venueDouble.answers',
      call: (extra) => open({ answers: extra }),
      misspelt: [['refusal', 'refusals']],
    },
  ],
  without: {},
}
