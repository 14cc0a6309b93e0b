import { telegramLogin, telegramMiniApp, telegramThirdParty } from '../../../src/schemes/webhook/catalogue/telegram.js'
import type { SenderRow } from './row.js'

const MISSPELT = [
  ['token', 'secret'],
  ['tolerance', 'toleranceMs'],
] as const
const INIT_DATA =
  'query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2'
const THIRD =
  'user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6'
const SOURCE = 'Telegram-Mini-Apps/telegram-apps, packages/init-data-node'
const BOT = { botId: 7342037359 }

/** Data that Telegram signs for the pages of a bot. */
export const TELEGRAM_SENDERS: readonly SenderRow[] = [
  {
    name: 'countersign/webhook/telegram#telegramMiniApp',
    make: telegramMiniApp,
    options: { secret: '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8' },
    misspelt: MISSPELT,
    bodyUnsigned: true,
    golden: [
      {
        title: 'the example of the libraries',
        options: { secret: '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8' },
        headers: { authorization: `tma ${INIT_DATA}` },
        body: '{}',
        nowMs: 1_662_771_648_000,
        source: SOURCE,
      },
    ],
  },
  {
    name: 'countersign/webhook/telegram#telegramLogin',
    make: telegramLogin,
    shape: 'query',
    options: { secret: '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8' },
    misspelt: MISSPELT,
    url: 'https://example.com/login?id=279058397&first_name=Vladislav%20K',
    bodyUnsigned: true,
    golden: [],
  },
  {
    name: 'countersign/webhook/telegram#telegramThirdParty',
    make: telegramThirdParty,
    options: { ...BOT, privateKey: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60' },
    receiving: { ...BOT, publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' },
    misspelt: [
      ['publicKeys', 'publicKey'],
      ['bot', 'botId'],
      ['env', 'environment'],
    ],
    bodyUnsigned: true,
    golden: [
      {
        title: 'data that Telegram has signed',
        options: BOT,
        headers: { authorization: `tma ${THIRD}` },
        body: '{}',
        nowMs: 1_733_584_787_000,
        source: SOURCE,
      },
    ],
  },
]
