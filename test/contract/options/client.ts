import { dateHeaderTime, jsonTime, retries, serverClock, venueClock } from '../../../src/client/index.js'
import { binance } from '../../../src/schemes/exchange/binance.js'
import type { OptionsRoom } from './row.js'

const source = async (): Promise<number> => 0

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/client#retries',
      call: (extra) => retries({ attempts: 3, ...extra }),
      misspelt: [
        ['attempt', 'attempts'],
        ['backoff', 'backoffMs'],
      ],
    },
    {
      name: 'countersign/client#serverClock',
      call: (extra) => serverClock({ source, ...extra }),
      misspelt: [
        ['maxCorrection', 'maxCorrectionMs'],
        ['sample', 'samples'],
        ['url', 'known'],
      ],
    },
    {
      name: 'countersign/client#dateHeaderTime',
      call: (extra) => dateHeaderTime('https://api.example.com/', extra),
      misspelt: [['fetsh', 'fetch']],
    },
    {
      name: 'countersign/client#jsonTime',
      call: (extra) => jsonTime('https://api.example.com/time', (body) => body, extra),
      misspelt: [['fetsh', 'fetch']],
    },
    {
      name: 'countersign/client#venueClock',
      call: (extra) => venueClock(binance({ apiKey: 'key', secret: 'secret' }), extra),
      misspelt: [
        ['origins', 'origin'],
        ['cooldown', 'cooldownMs'],
        ['maxAge', 'maxAgeMs'],
      ],
    },
  ],
  without: {},
}
