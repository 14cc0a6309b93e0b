import { createHash, createHmac } from 'node:crypto'
import { http, MS, refused, SECRET, same, write } from './case.mjs'

const B64 = Buffer.from('canary kraken secret of sixty-four bytes, as they are handed out').toString('base64')
const kraken = (
  name,
  source,
  about,
  expected,
  text,
  {
    secret = Buffer.from(B64, 'base64'),
    form = 'base64',
    b = `nonce=${MS}&pair=XBTUSD&type=buy&ordertype=market&volume=1`,
  } = {},
) =>
  write(
    `kraken-${name}`,
    'kraken',
    source,
    about,
    expected,
    `POST /0/private/AddOrder HTTP/1.1\nHost: api.kraken.com\nContent-Type: application/x-www-form-urlencoded\nAPI-Key: key-1\nAPI-Sign: ${createHmac('sha512', secret).update(text).digest(form)}\n\n${b}`,
    { secret: B64 },
  )
const KP = '/0/private/AddOrder'
const kb = `nonce=${MS}&pair=XBTUSD&type=buy&ordertype=market&volume=1`
const sha = (text, form) => createHash('sha256').update(text).digest(form)
const kr = (text) => Buffer.concat([Buffer.from(KP), sha(text)])
kraken('hex-digest', null, 'none', 'kraken-hash-as-text', KP + sha(MS + kb, 'hex'))
kraken(
  'nonce-not-hashed',
  'nothingisdead/npm-kraken-api/issues/20',
  same,
  ['kraken-nonce-not-hashed', 'nonce-left-out'],
  kr(kb),
)
kraken('secret-text', 'veox/python3-krakenex/issues/107', refused, 'secret-encoding', kr(MS + kb), { secret: B64 })
kraken('hex', 'nothingisdead/npm-kraken-api/issues/52', refused, 'signature-form', kr(MS + kb), { form: 'hex' })
kraken(
  'path',
  'nothingisdead/npm-kraken-api/issues/52',
  refused,
  'path-prefix',
  Buffer.concat([Buffer.from('/private/AddOrder'), sha(MS + kb)]),
)
kraken('not-hashed', 'veox/python3-krakenex/issues/107', refused, 'kraken-hash-order', KP + MS + kb)

write(
  'kraken-two-programs',
  'kraken',
  'veox/python3-krakenex/issues/75',
  same,
  'refused-nonce',
  http(
    'POST',
    'api.kraken.com',
    '/0/private/Balance',
    [
      ['API-Key', 'key-1'],
      [
        'API-Sign',
        createHmac('sha512', Buffer.from(SECRET))
          .update(
            Buffer.concat([
              Buffer.from('/0/private/Balance'),
              createHash('sha256').update(`${MS}nonce=${MS}`).digest(),
            ]),
          )
          .digest('base64'),
      ],
    ],
    `nonce=${MS}`,
  ),
  { secret: Buffer.from(SECRET).toString('base64'), refusal: '{"error":["EAPI:Invalid nonce"]}' },
)
