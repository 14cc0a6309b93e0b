import type { Finding } from './diagnosis.js'

type Kind = 'signature' | 'time' | 'key' | 'passphrase' | 'nonce' | 'permission' | 'missing'

/** What kinds of refusal mean, where the texts say no more. */
const MEANING: Readonly<Record<Kind, readonly [id: string, cause: string, fix: string]>> = {
  signature: [
    'refused-signature',
    'The other side says that the signature is wrong: another text or another secret was signed with.',
    'Give the secret to the doctor, which tests what may have been signed; nothing is sent.',
  ],
  time: [
    'refused-time',
    'The other side says that the time of the request is wrong.',
    'Synchronise the clock (NTP), take the time right before sending, and check its unit.',
  ],
  key: [
    'refused-key',
    'The other side does not take the API key: unknown, of another environment (testnet, demo), not allowed from this address, or without the permission.',
    'Check the key, its environment, its list of addresses and its permissions.',
  ],
  passphrase: [
    'refused-passphrase',
    'The other side does not take the passphrase.',
    'Send the passphrase that was chosen when the API key was made.',
  ],
  nonce: [
    'refused-nonce',
    'The nonce was not larger than the last one of this key.',
    'Use one source of nonces for a key: no second program, no parallel requests out of order, no change to a smaller unit.',
  ],
  permission: [
    'refused-permission',
    'The key may not do this, or not from this address.',
    'Check permissions and the list of addresses of the key.',
  ],
  missing: [
    'refused-missing',
    'A part of authentication is missing.',
    'Send every header and parameter that the page of the service names.',
  ],
}

/** Known refusals: by scheme ('' for any), what the body holds. */
const REFUSALS: ReadonlyArray<readonly [scheme: string, pattern: RegExp, kind: Kind]> = [
  ['binance', /"code":\s*-1022\b/, 'signature'],
  ['binance', /"code":\s*-1021\b/, 'time'],
  ['binance', /"code":\s*-20(?:14|15)\b/, 'key'],
  ['mexc', /"code":\s*700002\b|"code":\s*602\b/, 'signature'],
  ['mexc', /"code":\s*700003\b/, 'time'],
  ['okx', /"5011[13]"/, 'signature'],
  ['okx', /"50102"|"50112"/, 'time'],
  ['okx', /"50105"/, 'passphrase'],
  ['okx', /"50101"|"50110"|"50119"/, 'key'],
  ['okx', /"5010[346]"|"50107"/, 'missing'],
  ['bybit', /"retCode":\s*10004\b|error sign/, 'signature'],
  ['bybit', /"retCode":\s*10002\b/, 'time'],
  ['bybit', /"retCode":\s*(?:10003|33004)\b/, 'key'],
  ['bybit', /"retCode":\s*(?:10005|10010)\b/, 'permission'],
  ['kucoin', /"400005"/, 'signature'],
  ['kucoin', /"400002"/, 'time'],
  ['kucoin', /"400003"|"400006"|"400007"/, 'key'],
  ['kucoin', /"400004"/, 'passphrase'],
  ['kucoin', /"400001"/, 'missing'],
  ['bitget', /"40009"/, 'signature'],
  ['bitget', /"40005"|"40008"/, 'time'],
  ['bitget', /"40006"|"40037"/, 'key'],
  ['bitget', /"40012"/, 'passphrase'],
  ['gate', /INVALID_SIGNATURE/, 'signature'],
  ['gate', /REQUEST_EXPIRED/, 'time'],
  ['gate', /INVALID_KEY/, 'key'],
  ['kraken', /EAPI:Invalid signature/, 'signature'],
  ['kraken', /EAPI:Invalid nonce/, 'nonce'],
  ['kraken', /EAPI:Invalid key/, 'key'],
  ['kraken', /EGeneral:Permission denied/, 'permission'],
  ['coinbase', /invalid signature/i, 'signature'],
  ['coinbase', /request timestamp expired/i, 'time'],
  ['htx', /api-signature-not-valid/, 'signature'],
  ['gemini', /InvalidSignature/, 'signature'],
  ['gemini', /InvalidNonce/, 'nonce'],
  ['bitfinex', /"nonce: small"|nonce: small/, 'nonce'],
  ['bitfinex', /apikey: (?:digest )?invalid/, 'signature'],
  ['', /SignatureDoesNotMatch|The request signature we calculated does not match/, 'signature'],
  ['', /RequestTimeTooSkewed/, 'time'],
  ['', /InvalidAccessKeyId/, 'key'],
  ['', /No signatures found matching the expected signature/, 'signature'],
  ['', /Timestamp outside the tolerance zone/, 'time'],
  [
    '',
    /invalid[ _-]?sign(?:ature)?\b|sign(?:ature)?[ _-](?:is[ _-])?(?:invalid|error|mismatch|not valid|verification failed)/i,
    'signature',
  ],
  ['', /invalid[ _-]?nonce|nonce (?:is )?(?:too small|not increased)/i, 'nonce'],
  ['', /timestamp.{0,40}(?:expired|invalid|outside|ahead)|(?:expired|invalid).{0,20}timestamp/i, 'time'],
  ['', /invalid[ _-]?(?:api[ _-]?)?key/i, 'key'],
]

/** What a refusal says. */
export function refusalFindings(scheme: string | undefined, body: string): readonly Finding[] {
  const row = REFUSALS.find(
    ([of, pattern]) => (of === '' || scheme === of || scheme?.startsWith(`${of}/`) === true) && pattern.test(body),
  )
  if (row === undefined) return []
  const [id, cause, fix] = MEANING[row[2]]
  return [
    {
      id,
      certainty: 'likely',
      cause,
      evidence: `The answer says ${JSON.stringify(row[1].exec(body)?.[0].slice(0, 80))}.`,
      fix,
    },
  ]
}

/** The text to sign that some answers hold. */
export function textInRefusal(body: string): string | undefined {
  // Bybit, retCode 10004: "error sign! origin_string[…]".
  const bybit = /origin_string\[(.*?)\](?:"|$)/s.exec(body)?.[1]
  if (bybit === undefined) return undefined
  try {
    return JSON.parse(`"${bybit}"`) as string
  } catch {
    return bybit
  }
}
