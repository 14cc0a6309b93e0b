import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { github } from '../../../../src/schemes/webhook/catalogue/github.js'
import { slack } from '../../../../src/schemes/webhook/catalogue/slack.js'
import { stripe } from '../../../../src/schemes/webhook/catalogue/stripe.js'
import { verifyGithubWebhook, verifySlackRequest, verifyStripeWebhook } from '../../../../src/schemes/webhook/direct.js'
import { verifyWebhook } from '../../../../src/webhook/index.js'
import { errorOf, thrownCode } from '../../../expect-code.js'
import { describeShared, sharedJson } from '../../../shared-vectors.js'

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const OTHER = '0123456789abcdef0123456789abcdef'
const NOW = 1_800_000_000_000
const SECONDS = String(NOW / 1_000)
const BODY = '{"a":1}'

interface Golden {
  readonly id: string
  readonly key: string
  readonly message: string
  readonly signature: string
}

/** One function, with the fields that its sender writes, and the scheme that it stands beside. */
interface Door {
  readonly golden: string
  /** Before the body, in the text that is signed. */
  readonly head: (time: string) => string
  readonly fields: (hex: string, time: string) => Record<string, string>
  readonly signature: string
  readonly check: (
    headers: Headers,
    body: string | Uint8Array,
    secret: string | readonly string[],
    nowMs: number,
  ) => void
  readonly scheme: (secret: string) => ReturnType<typeof github>
  readonly isTimed: boolean
  /** What is taken for the secret. */
  readonly token: string
}

const DOORS: ReadonlyArray<[string, Door]> = [
  [
    'verifyGithubWebhook',
    {
      golden: 'github-docs',
      head: () => '',
      fields: (hex) => ({ 'X-Hub-Signature-256': `sha256=${hex}` }),
      signature: 'X-Hub-Signature-256',
      check: (headers, body, secret) => verifyGithubWebhook(headers, body, secret),
      scheme: (secret) => github({ secret }),
      isTimed: false,
      token: 'ghp_0123456789abcdef0123456789abcdef',
    },
  ],
  [
    'verifyStripeWebhook',
    {
      golden: 'stripe-lib',
      head: (time) => `${time}.`,
      fields: (hex, time) => ({ 'Stripe-Signature': `t=${time},v1=${hex}` }),
      signature: 'Stripe-Signature',
      check: verifyStripeWebhook,
      scheme: (secret) => stripe({ secret }),
      isTimed: true,
      token: 'sk_live_0123456789abcdef0123456789abcdef',
    },
  ],
  [
    'verifySlackRequest',
    {
      golden: 'slack-docs',
      head: (time) => `v0:${time}:`,
      fields: (hex, time) => ({ 'X-Slack-Signature': `v0=${hex}`, 'X-Slack-Request-Timestamp': time }),
      signature: 'X-Slack-Signature',
      check: verifySlackRequest,
      scheme: (secret) => slack({ secret }),
      isTimed: true,
      token: 'xoxb-0123456789abcdef0123456789abcdef',
    },
  ],
]

const mac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex')

describe.each(DOORS)('%s', (_, door) => {
  const { check, fields, head, signature, scheme } = door
  const headersOf = (secret = SECRET, body = BODY, time = SECONDS): Record<string, string> =>
    fields(mac(secret, head(time) + body), time)
  const judged = (
    headers: Record<string, string> | Headers,
    body: string | Uint8Array = BODY,
    secret: string | readonly string[] = SECRET,
    nowMs = NOW,
  ) => thrownCode(() => check(new Headers(headers), body, secret, nowMs))
  /** The same, with what the scheme answers. */
  function bothRefuse(headers: Record<string, string>, code: string, nowMs = NOW): void {
    const request = { headers, body: BODY }
    expect(verifyWebhook(scheme(SECRET), request, { clock: { now: () => nowMs } })).toMatchObject({ ok: false, code })
    expect(judged(headers, BODY, SECRET, nowMs)).toBe(code)
  }

  test('takes what its sender has signed, as text and as bytes', () => {
    expect(judged(headersOf())).toBe('nothing thrown')
    expect(judged(headersOf(), new TextEncoder().encode(BODY))).toBe('nothing thrown')
    expect(judged(headersOf(SECRET, ''), '')).toBe('nothing thrown')
  })

  test('takes each of several secrets', () => {
    expect(judged(headersOf(), BODY, [OTHER, SECRET])).toBe('nothing thrown')
    expect(judged(headersOf(), BODY, [OTHER])).toBe('SIGNATURE_INVALID')
  })

  test('refuses another body, another secret and another signature', () => {
    expect(judged(headersOf(), `${BODY} `)).toBe('SIGNATURE_INVALID')
    bothRefuse(headersOf(OTHER), 'SIGNATURE_INVALID')
    // Bytes that are no UTF-8, which decoders make one text of.
    expect(judged(headersOf(SECRET, '\ufffd'), Uint8Array.of(0xff))).toBe('SIGNATURE_INVALID')
  })

  test('refuses every spelling of the signature but the one', () => {
    const right = headersOf()
    const text = right[signature] as string
    const hex = text.slice(-64)
    for (const wrong of [
      `0x${hex}`,
      hex.toUpperCase(),
      `${hex}00`.slice(0, 65),
      `${hex}zz`,
      `xx${hex}`,
      '',
      `-${hex.slice(1)}`,
    ])
      bothRefuse({ ...right, [signature]: text.slice(0, -64) + wrong }, 'SIGNATURE_MALFORMED')
    // A beginning of it, and more than it.
    for (const wrong of [hex.slice(0, 2), hex.slice(0, 62), `${hex}00`])
      bothRefuse({ ...right, [signature]: text.slice(0, -64) + wrong }, 'SIGNATURE_INVALID')
  })

  test('refuses a signature that is missing, and two fields of it', () => {
    const { [signature]: text, ...rest } = headersOf()
    bothRefuse(rest as Record<string, string>, 'AUTH_MISSING')
    const twice = new Headers(rest)
    twice.append(signature, text as string)
    twice.append(signature, text as string)
    expect(judged(twice)).toMatch(/^(SIGNATURE_MALFORMED|AUTH_DUPLICATE|AUTH_MALFORMED)$/)
  })

  test.each([
    ['an empty secret', ''],
    ['a short secret', '0123456789abcde'],
    ['no secret', null as never],
    ['a secret with a space at its end', `${SECRET} `],
    ['a secret with a line break', `${SECRET}\n`],
    ['an empty secret behind a right one', [SECRET, '']],
    ['an empty list of secrets', []],
    ['a list of an empty secret', ['']],
  ])('refuses %s, also where the signature was made with it', (__, secret) => {
    const made = typeof secret === 'string' ? secret : SECRET
    const error = errorOf(() => check(new Headers(headersOf(made)), BODY, secret, NOW))
    expect([error.code, error.message]).toEqual(['KEY_WEAK', '"secret" must be 16+ characters on one line'])
  })

  test('refuses a secret that is none before it looks at the delivery, as the scheme does when it is made', () => {
    for (const secret of [[], [''], '', 'short', null, [SECRET, '']] as never[]) {
      for (const headers of [{}, headersOf(), { ...headersOf(), [signature]: 'x' }])
        expect(judged(headers, BODY, secret)).toBe('KEY_WEAK')
      expect(thrownCode(() => scheme(secret))).toBe(secret === null ? 'CONFIG_INVALID' : 'KEY_WEAK')
    }
    expect(judged({}, BODY, door.token)).toBe('CONFIG_INVALID')
  })

  // Each of them has a text, with which everyone can sign.
  test.each<[string, unknown]>([
    ['a promise', Promise.resolve(SECRET)],
    ['a promise among secrets', [SECRET, Promise.resolve(OTHER)]],
    ['a function', () => SECRET],
    ['bytes', new TextEncoder().encode(SECRET)],
    ['an object with a text', { toString: () => SECRET }],
    ['an object that matches everything', { match: () => true, toString: () => SECRET }],
    ['a String object', new String(SECRET)],
    ['a symbol', Symbol(SECRET)],
    ['a number', 12_345_678_901_234_567_890n],
  ])('refuses %s as the secret, also where the signature was made with its text', (__, secret) => {
    const made = String([secret].flat().at(-1))
    expect(judged(headersOf(made), BODY, secret as never)).toBe('KEY_WEAK')
  })

  test.each<[string, unknown]>([
    ['parsed', JSON.parse(BODY)],
    ['null', null],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a list of numbers', [123, 125]],
    ['a Blob', new Blob([BODY])],
    ['a stream', new Blob([BODY]).stream()],
    ['a promise', Promise.resolve(BODY)],
    ['a number', 5],
    ['a form', new URLSearchParams(BODY)],
    ['a view of other numbers', new Uint16Array(2)],
    ['a String object', new String(BODY)],
  ])('refuses a body that is %s, by name', (__, body) => {
    const error = errorOf(() => check(new Headers(headersOf()), body as never, SECRET, NOW))
    expect([error.code, error.message]).toEqual(['CONFIG_INVALID', '"body" must be raw text or bytes'])
  })

  test('a byte order mark is a part of the body', () => {
    const marked = `\ufeff${BODY}`
    expect(judged(headersOf(SECRET, marked), marked)).toBe('nothing thrown')
    expect(judged(headersOf(SECRET, marked), new TextEncoder().encode(marked))).toBe('nothing thrown')
    // `text()` of Fetch takes it away, as decoders do.
    expect(judged(headersOf(SECRET, marked), BODY)).toBe('SIGNATURE_INVALID')
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an object with names in capitals', headersOf()],
    ['an object that inherits them', Object.create({ [signature.toLowerCase()]: [headersOf()[signature]] })],
    ['a map of lists', new Map(Object.entries(headersOf()).map(([name, value]) => [name.toLowerCase(), [value]]))],
    ['a map of numbers', new Map(Object.keys(headersOf()).map((name) => [name.toLowerCase(), 5]))],
    ['a request', new Request('https://a.example/', { headers: headersOf() })],
    ['text', JSON.stringify(headersOf())],
  ])('headers that are %s have no signature, in words', (__, headers) => {
    const error = errorOf(() => check(headers as never, BODY, SECRET, NOW))
    expect(error.code).toBe('AUTH_MISSING')
    expect(error.message).toBe(`"headers" must be with ${signature.toLowerCase()}`)
  })

  test('reads the object of node:http, whatever a header of it is called', () => {
    const headers = Object.fromEntries(Object.entries(headersOf()).map(([name, value]) => [name.toLowerCase(), value]))
    expect(() => check({ ...headers, get: 'x' } as never, BODY, SECRET, NOW)).not.toThrow()
    const twice = { ...headers, [signature.toLowerCase()]: `${headersOf()[signature]}, ${headersOf()[signature]}` }
    expect(thrownCode(() => check(twice as never, BODY, SECRET, NOW))).toMatch(
      /^(SIGNATURE_MALFORMED|AUTH_DUPLICATE|AUTH_MALFORMED)$/,
    )
  })

  test('refuses a token that is taken for the secret, and does not repeat it', () => {
    const error = errorOf(() => check(new Headers(headersOf(door.token)), BODY, door.token, NOW))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).not.toContain(door.token)
  })

  test.runIf(door.isTimed)('refuses a time outside of five minutes, in both directions, and one that is none', () => {
    for (const [off, code] of [
      [300, 'nothing thrown'],
      [-300, 'nothing thrown'],
      [301, 'TIMESTAMP_FUTURE'],
      [-301, 'TIMESTAMP_EXPIRED'],
      [315_360_000, 'TIMESTAMP_FUTURE'],
    ] as const)
      expect(judged(headersOf(SECRET, BODY, String(NOW / 1_000 + off)))).toBe(code)
    for (const time of [`${SECONDS}junk`, `+${SECONDS}`, '1e9', 'NaN', '-1', `0${SECONDS}`])
      bothRefuse(headersOf(SECRET, BODY, time), 'TIMESTAMP_MALFORMED')
  })

  test
    .runIf(door.isTimed)
    .each<[unknown]>([
      [undefined],
      [null],
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      [BigInt(NOW)],
      [new Date(NOW)],
      [String(NOW)],
      [Math.floor(NOW / 1000)],
      [1e11],
      [Symbol('now')],
    ])('refuses %s as the time of now, which is no fault of the delivery', (now) => {
    const error = errorOf(() => check(new Headers(headersOf()), BODY, SECRET, now as number))
    expect([error.code, error.message]).toEqual(['CONFIG_INVALID', '"nowMs" must be milliseconds'])
  })
})

test('Stripe: of several signatures one is enough, and a second time is refused', () => {
  const right = mac(SECRET, `${SECONDS}.${BODY}`)
  const check = (field: string) =>
    thrownCode(() => verifyStripeWebhook(new Headers({ 'stripe-signature': field }), BODY, SECRET, NOW))
  expect(check(`t=${SECONDS},v1=${'0'.repeat(64)},v1=${right},v0=00`)).toBe('nothing thrown')
  expect(check(`t=${SECONDS},v0=${right}`)).toBe('AUTH_MALFORMED')
  expect(check(`t=1,t=${SECONDS},v1=${right}`)).toBe('AUTH_DUPLICATE')
  expect(check(`t=${SECONDS}${`,v1=${'0'.repeat(64)}`.repeat(9)}`)).toBe('AUTH_TOO_LARGE')
})

test('Stripe: two fields are refused, also where one of them alone has a signature', () => {
  const [time, signature] = [`t=${SECONDS}`, `v1=${mac(SECRET, `${SECONDS}.${BODY}`)}`]
  for (const [first, second] of [
    ['a=b', `${time},${signature}`],
    [`${time},${signature}`, 'a=b'],
    [time, signature],
    ['', `${time},${signature}`],
    [`${time},${signature}`, ''],
  ] as const) {
    const headers = new Headers([['stripe-signature', first]])
    headers.append('stripe-signature', second)
    expect(thrownCode(() => verifyStripeWebhook(headers, BODY, SECRET, NOW))).toBe('AUTH_MALFORMED')
  }
})

test('Slack: a request without its time is refused', () => {
  const headers = new Headers({ 'x-slack-signature': `v0=${mac(SECRET, `v0::${BODY}`)}` })
  expect(thrownCode(() => verifySlackRequest(headers, BODY, SECRET, NOW))).toBe('AUTH_MISSING')
})

describeShared('golden rows through the small functions', () => {
  test.each(DOORS)('the golden rows of %s pass', (_, { golden, fields, check }) => {
    const row = sharedJson<readonly Golden[]>('webhooks/golden.json').find(({ id }) => id === golden) as Golden
    const time = /\d{10}/.exec(row.message)?.[0] ?? ''
    const body = row.message.slice(row.message.indexOf(time) + (time === '' ? 0 : 11))
    const headers = new Headers(fields(row.signature, time))
    check(headers, body, row.key, Number(time) * 1_000)
    expect(thrownCode(() => check(headers, `${body} `, row.key, Number(time) * 1_000))).toBe('SIGNATURE_INVALID')
  })
})
