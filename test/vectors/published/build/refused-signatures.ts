import { dropField, withFields } from '../../../attacks/forge.js'
import { bot, disabled, early, expired, NOW, other, revoked } from './keys.js'
import { covering, created, fields, input, line, nonce, type Row, signature } from './refused-case.js'
import { SECONDS } from './verify.js'

const MANY = Array.from({ length: 65 }, (_, at) => `"x-${at}"`)

const FIELDS: readonly Row[] = [
  ['AUTH_MISSING', 'no signature', { afterwards: (one) => dropField(dropField(one, 'signature'), 'signature-input') }],
  ['AUTH_MALFORMED', 'no Signature', { afterwards: (one) => dropField(one, 'signature') }],
  ['AUTH_MALFORMED', 'no Signature-Input', { afterwards: (one) => dropField(one, 'signature-input') }],
  ['AUTH_MALFORMED', 'another label in Signature', { afterwards: signature((text) => text.replace('sig1', 'sig2')) }],
  ['AUTH_DUPLICATE', 'a label twice in Signature-Input', { afterwards: line('Signature-Input', 'sig1=();created=1') }],
  ['AUTH_DUPLICATE', 'a label twice in Signature', { afterwards: line('Signature', 'sig1=:AAAA:') }],
  [
    'AUTH_DUPLICATE',
    'two signatures',
    {
      afterwards: (one) =>
        withFields(one, 'Signature-Input', 'sig2=("@method");created=1;keyid="x"', 'Signature', 'sig2=:AAAA:'),
    },
  ],
  ['AUTH_MALFORMED', 'an unclosed quote', { afterwards: input((text) => text.slice(0, -1)) }],
  ['AUTH_MALFORMED', 'an unclosed list', { afterwards: input((text) => text.replace(')', '')) }],
  ['AUTH_MALFORMED', 'no space between components', { afterwards: input((text) => text.replace('" "', '""')) }],
  ['AUTH_MALFORMED', 'a comma at the end', { afterwards: input((text) => `${text},`) }],
  ['AUTH_MALFORMED', 'an empty Signature-Input', { afterwards: input(() => '') }],
  ['AUTH_MALFORMED', 'a label in capitals', { label: 'SIG1' }],
  ['AUTH_MALFORMED', 'no list', { afterwards: input(() => `sig1="@method";created=${SECONDS}`) }],
  ['AUTH_MALFORMED', 'a component that is a token', covering('method')],
  ['AUTH_MALFORMED', 'a component in capitals', { ...fields('X-Trace', 'a'), ...covering('"X-Trace"') }],
  ['AUTH_MALFORMED', 'a component twice', covering('"@method"')],
  ['AUTH_MALFORMED', 'an unknown derived component', covering('"@verb"')],
  ['AUTH_MALFORMED', 'an unknown parameter of a component', covering('"@method";x')],
  ['AUTH_MALFORMED', 'a component of another request', covering('"@method";req')],
  ['AUTH_MALFORMED', 'a parameter of the query without its name', covering('"@query-param"')],
  ['AUTH_TOO_LARGE', 'more than 64 components', covering(...MANY)],
  ['AUTH_TOO_LARGE', 'more than 16384 characters', { more: `;tag="${'t'.repeat(16_384)}"` }],
  ['AUTH_MALFORMED', 'an unknown parameter', { more: ';zone="eu"' }],
  ['AUTH_MALFORMED', 'a parameter twice', { more: ';keyid="bot-1"' }],
  ['AUTH_MALFORMED', 'a parameter that is the name of a prototype', { more: ';__proto__=1' }],
  ['AUTH_MALFORMED', 'no key id', { keyid: '' }],
  ['AUTH_MALFORMED', 'a key id that is a token', { keyid: ';keyid=bot-1' }],
  ['AUTH_MALFORMED', 'an empty key id', { keyid: ';keyid=""' }],
  ['AUTH_MALFORMED', 'a key id with a space', { keyid: ';keyid="bot 1"' }],
  ['AUTH_MALFORMED', 'a tag that is a number', { more: ';tag=1' }],
]

const TIMES: readonly Row[] = [
  ['TIMESTAMP_EXPIRED', 'older than the window', { nowMs: NOW + 300_001 }],
  ['TIMESTAMP_FUTURE', 'further ahead than the window', { nowMs: NOW - 5_001 }],
  ['TIMESTAMP_FUTURE', 'a time in milliseconds', created(`${SECONDS}000`)],
  ['TIMESTAMP_EXPIRED', 'the time is zero', created('0')],
  ['TIMESTAMP_MALFORMED', 'no time', { created: '' }],
  ['TIMESTAMP_MALFORMED', 'a time in quotes', created(`"${SECONDS}"`)],
  ['TIMESTAMP_MALFORMED', 'a time with a fraction', created(`${SECONDS}.0`)],
  ['TIMESTAMP_MALFORMED', 'a negative time', created(`-${SECONDS}`)],
  ['TIMESTAMP_MALFORMED', 'a time with a plus', created(`+${SECONDS}`)],
  ['TIMESTAMP_MALFORMED', 'a time with a zero before it', created(`0${SECONDS}`)],
  ['TIMESTAMP_MALFORMED', 'a time of 16 digits', created('1790000000000000')],
  ['TIMESTAMP_MALFORMED', 'a time without a value', { created: ';created' }],
  ['TIMESTAMP_EXPIRED', 'the end has come', { more: `;expires=${SECONDS + 60}`, nowMs: NOW + 60_000 }],
  ['TIMESTAMP_MALFORMED', 'the end is before the beginning', { more: `;expires=${SECONDS - 1}` }],
  ['TIMESTAMP_MALFORMED', 'too long a life', { more: `;expires=${SECONDS + 3_601}` }],
  ['TIMESTAMP_MALFORMED', 'an end in quotes', { more: `;expires="${SECONDS + 60}"` }],
  ['NONCE_MALFORMED', 'no nonce', { nonce: '' }],
  ['NONCE_MALFORMED', 'an empty nonce', nonce('""')],
  ['NONCE_MALFORMED', 'a nonce of 15 characters', nonce(`"${'n'.repeat(15)}"`)],
  ['NONCE_MALFORMED', 'a nonce of 129 characters', nonce(`"${'n'.repeat(129)}"`)],
  ['NONCE_MALFORMED', 'a nonce with a space', nonce('"sixteen letters !"')],
  ['NONCE_MALFORMED', 'a nonce that is a token', nonce('sixteen-characters')],
]

const KEYS: readonly Row[] = [
  ['KEY_UNKNOWN', 'a key that is not known', { keyid: ';keyid="bot-3"' }],
  ['KEY_UNKNOWN', 'a key id that is the name of a prototype', { keyid: ';keyid="__proto__"' }],
  ['KEY_UNKNOWN', 'a key id in capitals', { keyid: ';keyid="BOT-1"' }],
  ['KEY_DISABLED', 'a key that is disabled', { key: disabled }],
  ['KEY_REVOKED', 'a key that is revoked', { key: revoked }],
  ['KEY_EXPIRED', 'a key whose end has come', { key: expired }],
  ['KEY_NOT_YET_VALID', 'a key whose beginning has not come', { key: early }],
  ['SIGNATURE_INVALID', 'a signature by another key', { key: other, keyid: ';keyid="bot-1"' }],
  ['SIGNATURE_INVALID', 'a key that is disabled, and a wrong signature', { key: bot, keyid: ';keyid="bot-disabled"' }],
  ['SIGNATURE_MALFORMED', 'HMAC in the name of an Ed25519 key', { keyid: ';keyid="ed-1"' }],
  [
    'ALG_MISMATCH',
    'HMAC in the name of an Ed25519 key, stated',
    { keyid: ';keyid="ed-1"', more: ';alg="hmac-sha256"' },
  ],
  ['ALG_MISMATCH', 'the algorithm of another key stated', { more: ';alg="ed25519"' }],
  ['ALG_UNSUPPORTED', 'an algorithm that is none', { more: ';alg="none"' }],
  ['ALG_UNSUPPORTED', 'an algorithm in capitals', { more: ';alg="HMAC-SHA256"' }],
  ['ALG_UNSUPPORTED', 'an algorithm that is a token', { more: ';alg=hmac-sha256' }],
]

/** What the two fields of a signature, its times, its nonce and its key are refused for. */
export const REFUSED_SIGNATURES: readonly Row[] = [...FIELDS, ...TIMES, ...KEYS]
