/** What is typed on the side that checks. The members of {@link SECRET_FIELDS} never leave the page's memory. */
export interface CheckForm {
  readonly text: string
  /** '' is found by itself. */
  readonly scheme: string
  readonly key: string
  readonly passphrase: string
  /** '' is found by itself. */
  readonly algorithm: string
  readonly stringToSign: string
  readonly refusal: string
  /** When the request was judged: '' is not judged, `now`, seconds, milliseconds or a date. */
  readonly at: string
}

/** What is typed on the side that signs. */
export interface SignForm {
  readonly scheme: string
  readonly method: string
  readonly url: string
  /** A line each: `Name: value`. */
  readonly headers: string
  readonly body: string
  /** `text`: the body as it is typed; `fields`: JSON, or an exchange's parameters; `form`. */
  readonly bodyAs: string
  /** A line each: `name=value` or `name:=json`. */
  readonly fields: string
  readonly keyId: string
  readonly algorithm: string
  readonly key: string
  /** Of an encrypted PEM. */
  readonly keyPassphrase: string
  readonly passphrase: string
  /** Seconds since the epoch. */
  readonly created: string
  readonly nonce: string
  /** Separated by spaces; '' is the preset. */
  readonly components: string
  readonly tag: string
}

export type Side = 'check' | 'sign'

/** Everything on the page. */
export interface Forms {
  readonly side: Side
  readonly check: CheckForm
  readonly sign: SignForm
}

/** No link holds one of these. */
export const SECRET_FIELDS = ['key', 'keyPassphrase', 'passphrase'] as const

export const EMPTY_CHECK: CheckForm = {
  text: '',
  scheme: '',
  key: '',
  passphrase: '',
  algorithm: '',
  stringToSign: '',
  refusal: '',
  at: '',
}

export const EMPTY_SIGN: SignForm = {
  scheme: 'rfc9421',
  method: 'POST',
  url: 'https://api.example.com/v1/orders?dry=1',
  headers: 'Content-Type: application/json',
  body: '{"symbol":"BTCUSDT","qty":0.5}',
  bodyAs: 'text',
  fields: 'symbol=BTCUSDT\nqty:=0.5',
  keyId: 'bot-1',
  algorithm: 'hmac-sha256',
  key: '',
  keyPassphrase: '',
  passphrase: '',
  created: '',
  nonce: '',
  components: '',
  tag: '',
}

export const ALGORITHM_NAMES: readonly string[] = [
  ...['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'ed25519', 'ecdsa-p256-sha256'],
  ...['ecdsa-p384-sha384', 'ecdsa-p521-sha512'],
  ...['rsa-pss-sha512', 'rsa-pss-sha256', 'rsa-v1_5-sha256', 'rsa-v1_5-sha512'],
]

/** A private key under a passphrase: PKCS#8 says so in its first line (RFC 7468 11). */
export const isEncrypted = (key: string): boolean => key.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')

/** The forms without the keys that were given. */
export const withoutKeys = (forms: Forms): Forms => ({
  ...forms,
  check: { ...forms.check, key: '', passphrase: '' },
  sign: { ...forms.sign, key: '', keyPassphrase: '', passphrase: '' },
})

/** Moments as people paste them; `undefined` for none, `NaN` for text that is no moment. */
export function momentOf(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (trimmed === 'now') return nowMs
  // A moment of this century has ten digits in seconds, thirteen in milliseconds.
  if (/^\d{9,10}$/.test(trimmed)) return Number(trimmed) * 1_000
  if (/^\d{12,13}$/.test(trimmed)) return Number(trimmed)
  return Date.parse(trimmed)
}
