import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hmacSha1Key, Secret } from '../../../../src/crypto/index.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import { SECONDS } from '../../../../src/schemes/scheme/times.js'
import { BASE64, HEX } from '../../../../src/schemes/webhook/codecs.js'
import { webhookOf } from '../../../../src/schemes/webhook/define-webhook.js'
import { deliveryIdOf, isIdSigned, isSignable } from '../../../../src/schemes/webhook/ids.js'
import { inJson, jsonMember, jsonMembers, withJsonMember } from '../../../../src/schemes/webhook/json.js'
import { bareHashKey, secretInTextKey, tokenKey } from '../../../../src/schemes/webhook/odd-keys.js'
import {
  byText,
  formOf,
  inQuery,
  oneParameter,
  parametersOf,
  queryOf,
  timeInQuery,
  withParameter,
} from '../../../../src/schemes/webhook/parameters.js'
import { inField } from '../../../../src/schemes/webhook/places.js'
import { prepareDelivery } from '../../../../src/schemes/webhook/prepare.js'
import { ed25519Form, publicKeys, signingKey } from '../../../../src/schemes/webhook/public-keys.js'
import { plainAnswer } from '../../../../src/schemes/webhook/questions.js'
import { readDelivery, signedText } from '../../../../src/schemes/webhook/read.js'
import { type SecretForm, secretKeys, windowOf } from '../../../../src/schemes/webhook/secrets.js'
import { atPublicUrl, urlText, urlVariants } from '../../../../src/schemes/webhook/signed-url.js'
import { STANDARD_SECRET, standardForm } from '../../../../src/schemes/webhook/standard-form.js'
import type { WebhookSpec } from '../../../../src/schemes/webhook/webhook.js'
import { assertInWindow } from '../../../../src/schemes/webhook/window.js'
import { textOf, withCode } from '../../../expect-code.js'

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const request = (parts: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  scheme: 'https',
  authority: 'a.example',
  target: '/b?c=1',
  fields: [],
  body: utf8('body'),
  ...parts,
})
const sender = (parts: Partial<WebhookSpec> = {}): WebhookSpec => ({
  id: 'sender',
  place: inField('X-Signature', HEX),
  base: ({ time, id, body }) => [`${time}|${id}|`, body],
  weaknesses: [],
  ...parts,
})
const NOW = 1_700_000_000_000

describe('the window of a delivery', () => {
  const window = { pastMs: 1_000, futureMs: 500 }
  test.each([
    [NOW, 'taken'],
    [NOW - 1_000, 'taken'],
    [NOW - 1_001, 'TIMESTAMP_EXPIRED the time is more than 1000 ms old'],
    [NOW + 500, 'taken'],
    [NOW + 501, 'TIMESTAMP_FUTURE the time is more than 500 ms ahead'],
    [Number.NaN, 'TIMESTAMP_EXPIRED the time is more than 1000 ms old'],
  ])('a time of %i is %s', (createdMs, outcome) => {
    if (outcome === 'taken') expect(() => assertInWindow(createdMs, NOW, window)).not.toThrow()
    else expect(textOf(() => assertInWindow(createdMs, NOW, window))).toBe(outcome)
  })

  test('is that of the receiver, of the sender, or five minutes; and none where no time is signed', () => {
    const time = { field: 'x-time', unit: SECONDS }
    expect(webhookOf(sender({ time }), []).window).toEqual({ pastMs: 300_000, futureMs: 300_000 })
    expect(webhookOf(sender({ time, toleranceMs: 5 }), []).window).toEqual({ pastMs: 5, futureMs: 300_000 })
    expect(webhookOf(sender({ time, toleranceMs: 5 }), [], { pastMs: 7, futureMs: 8 }).window).toEqual({
      pastMs: 7,
      futureMs: 8,
    })
    expect(webhookOf(sender(), [], { pastMs: 7 }).window).toBeUndefined()
    expect(windowOf('sender', {})).toEqual({})
    expect(windowOf('sender', { toleranceMs: 1_000 })).toEqual({ pastMs: 1_000, futureMs: 1_000 })
    expect(windowOf('sender', { toleranceMs: 86_400_000 })).toEqual({ pastMs: 86_400_000, futureMs: 86_400_000 })
    for (const toleranceMs of [999, 86_400_001, 1_000.5])
      expect(() => windowOf('sender', { toleranceMs })).toThrow(withCode('CONFIG_INVALID', 'toleranceMs'))
  })

  test('stands beside what is covered: the body, unless it is not signed, and what else is', () => {
    expect(webhookOf(sender(), []).covered).toEqual(['body'])
    expect(webhookOf(sender({ covers: ['path'] }), []).covered).toEqual(['body', 'path'])
    expect(webhookOf(sender({ covers: ['path'], withoutBody: true }), []).covered).toEqual(['path'])
    expect(webhookOf(sender({ withoutBody: true }), [])).toMatchObject({ id: 'sender', covered: [], weaknesses: [] })
  })
})

describe('a delivery id', () => {
  test.each(['a', 'A-z_0~+/=9', 'a'.repeat(128)])('can be signed: %s', (id) => expect(isSignable(id)).toBe(true))
  test.each(['', 'a.b', 'a:b', 'a b', 'é', 'a\n', 'a'.repeat(129)])('cannot be signed: %j', (id) => {
    expect(isSignable(id)).toBe(false)
  })

  test('is read where the sender has it', () => {
    const fields = ['X-Id', 'one', 'X-Signature', 'aa']
    expect(deliveryIdOf(sender(), request({ fields }))).toBeUndefined()
    expect(deliveryIdOf(sender({ delivery: { field: 'x-id', signed: false } }), request({ fields }))).toBe('one')
    expect(deliveryIdOf(sender({ delivery: inJson('id') }), request({ body: utf8('{"id":"two"}') }))).toBe('two')
    const place = { ...inField('X-Signature', HEX), read: () => ({ signatures: [], id: 'three' }) }
    expect(deliveryIdOf(sender({ place, delivery: { beside: true } }), request())).toBe('three')
    expect(
      deliveryIdOf(sender({ place: { ...place, read: () => undefined }, delivery: { beside: true } }), request()),
    ).toBeUndefined()
  })

  test('is proven where the signature covers it', () => {
    expect(isIdSigned(sender())).toBe(false)
    for (const signed of [true, false]) expect(isIdSigned(sender({ delivery: { field: 'x-id', signed } }))).toBe(signed)
    expect(isIdSigned(sender({ delivery: { beside: true }, withoutBody: true }))).toBe(true)
    expect(isIdSigned(sender({ delivery: inJson('id') }))).toBe(true)
    expect(isIdSigned(sender({ delivery: inJson('id'), withoutBody: true }))).toBe(false)
  })
})

describe('a body of JSON', () => {
  test.each<readonly [string, unknown]>([
    ['{"a":1}', { a: 1 }],
    [' {} ', {}],
    ['[1]', undefined],
    ['null', undefined],
    ['"a"', undefined],
    ['5', undefined],
    ['{', undefined],
    ['', undefined],
  ])('%s has these members, or none', (text, members) => {
    expect(jsonMembers(utf8(text))).toEqual(members)
  })

  test('has none where it is no UTF-8', () => {
    expect(jsonMembers(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBeUndefined()
  })

  test.each<readonly [string, unknown]>([
    ['a', { b: { c: 5 }, d: null }],
    ['a.b.c', 5],
    ['a.d', null],
    ['a.d.e', undefined],
    ['a.x', undefined],
    ['x.b', undefined],
    ['toString', undefined],
    ['a.b.c.toFixed', undefined],
    ['list.0', undefined],
  ])('has the member %s, or not', (path, value) => {
    expect(jsonMember(utf8('{"a":{"b":{"c":5},"d":null},"list":[1]}'), path)).toEqual(value)
  })

  test.each<readonly [unknown, unknown]>([
    ['x', 'x'],
    ['', undefined],
    [5, undefined],
    ['a'.repeat(256), 'a'.repeat(256)],
    ['a'.repeat(257), undefined],
    [undefined, undefined],
  ])('has an id that is a text of 1 to 256 characters: %j', (id, read) => {
    expect(inJson('e.id').read(utf8(JSON.stringify({ e: { id } })))).toBe(read)
  })

  test.each([
    ['{}', '{"s":"x"}'],
    ['{"a":1}', '{"a":1,"s":"x"}'],
    ['{"a":1}\n', '{"a":1,"s":"x"}'],
    ['{ }', '{ "s":"x"}'],
  ])('takes one more member at its end: %s', (text, more) => {
    expect(withJsonMember(request({ body: utf8(text) }), 's', 'x').body).toEqual(utf8(more))
  })

  test('takes none where it is no object', () => {
    for (const body of [null, utf8('[]'), new ReadableStream()] as HttpRequest['body'][])
      expect(() => withJsonMember(request({ body }), 's', 'x')).toThrow(withCode('MESSAGE_MALFORMED', 'a JSON object'))
  })
})

describe('keys of senders that are no HMAC over the text', () => {
  const parts = { keyId: 'k', secret: utf8('secret') }
  const sha256 = (text: string): Uint8Array => new Uint8Array(crypto.createHash('sha256').update(text).digest())
  const hmac = (text: string) => new Uint8Array(crypto.createHmac('sha256', 'secret').update(text).digest())

  test('hash text and secret together, at the first line feed', () => {
    const key = bareHashKey(parts)
    expect(new Uint8Array(key.sign('a\nb\nc'))).toEqual(sha256('asecretb\nc'))
    expect(new Uint8Array(key.sign(utf8('a\nb')))).toEqual(sha256('asecretb'))
    expect(key.verify('a\nb', sha256('asecretb'))).toBe(true)
    expect(key.verify('a\nc', sha256('asecretb'))).toBe(false)
    expect([key.keyId, key.algorithm]).toEqual(['k', 'hmac-sha256'])
  })

  test('sign the secret with the text', () => {
    const key = secretInTextKey(parts)
    for (const base of ['text', utf8('text')]) {
      expect(new Uint8Array(key.sign(base))).toEqual(hmac('textsecret'))
      expect(key.verify(base, hmac('textsecret'))).toBe(true)
    }
    expect(key.verify('text', hmac('text'))).toBe(false)
    expect([key.keyId, key.algorithm]).toEqual(['k', 'hmac-sha256'])
  })

  test('are the secret itself', () => {
    const key = tokenKey(parts)
    const made = key.sign('anything')
    expect(new Uint8Array(made)).toEqual(parts.secret)
    made.fill(0)
    expect(key.verify('other', parts.secret)).toBe(true)
    for (const wrong of ['secre', 'secrets', 'Secret', '']) expect(key.verify('other', utf8(wrong))).toBe(false)
    expect([key.keyId, key.algorithm]).toEqual(['k', 'hmac-sha256'])
  })
})

describe('the parameters of a query or a form', () => {
  test.each<readonly [string, unknown]>([
    ['', []],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['a=b=c', [['a', 'b=c']]],
    [
      'a=1&a=2&&=3',
      [
        ['a', '1'],
        ['a', '2'],
        ['', ''],
        ['', '3'],
      ],
    ],
    ['a+b=c+d', [['a b', 'c d']]],
    ['%61%2B=%c3%A9%26', [['a+', 'é&']]],
    ['é=ü', [['é', 'ü']]],
    ['é=%20', [['é', ' ']]],
  ])('of %j are decoded in their order', (text, pairs) => {
    expect(parametersOf(text, 'TARGET_MALFORMED')).toEqual(pairs)
  })

  test.each(['%', 'a=%4', '%zz', '%4', 'a=%g1', 'a=%1g', '%ff', 'a=%c3', '%c3%28', 'a=%:0', 'a=%0:'])(
    'are refused where an escape is broken: %s',
    (text) => {
      expect(() => parametersOf(text, 'BODY_UNREADABLE')).toThrow(withCode('BODY_UNREADABLE', 'as a form is'))
    },
  )

  test('are at most 1000', () => {
    expect(parametersOf(Array(1_000).fill('a').join('&'), 'TARGET_MALFORMED')).toHaveLength(1_000)
    expect(() => parametersOf(Array(1_001).fill('a').join('&'), 'TARGET_MALFORMED')).toThrow(withCode('AUTH_TOO_LARGE'))
  })

  test('stand in the target or in the body', () => {
    expect(queryOf(request({ target: '/b?c=%2F' }))).toEqual([['c', '/']])
    expect(queryOf(request({ target: '/b' }))).toEqual([])
    expect(() => queryOf(request({ target: '/b?%' }))).toThrow(withCode('TARGET_MALFORMED'))
    expect(formOf(utf8('c=%2F'))).toEqual([['c', '/']])
    expect(() => formOf(utf8('%'))).toThrow(withCode('BODY_UNREADABLE'))
    expect(() => formOf(Uint8Array.of(0xff))).toThrow(withCode('BODY_UNREADABLE', 'no UTF-8'))
  })

  test('have one value of a name, or none', () => {
    expect(
      oneParameter(
        [
          ['a', '1'],
          ['b', '2'],
        ],
        'b',
      ),
    ).toBe('2')
    expect(oneParameter([['a', '1']], 'b')).toBeUndefined()
    expect(() =>
      oneParameter(
        [
          ['a', '1'],
          ['a', '1'],
        ],
        'a',
      ),
    ).toThrow(withCode('AUTH_DUPLICATE', '"a" must stand once, got 2'))
  })

  test.each([
    ['/', '/?n=x%26'],
    ['/?', '/?n=x%26'],
    ['/?a', '/?a&n=x%26'],
    ['/?a&', '/?a&n=x%26'],
  ])('take one more at the end of %s', (target, more) => {
    expect(withParameter(request({ target }), 'n', 'x&').target).toBe(more)
  })

  test('hold a signature and a time', () => {
    const place = inQuery('s', HEX)
    expect(place.codec).toBe(HEX)
    expect(place.read(request())).toBeUndefined()
    expect(place.read(request({ target: '/?s=a5' }))).toEqual({ signatures: [Uint8Array.of(0xa5)] })
    expect(() => place.read(request({ target: '/?s=A5' }))).toThrow(withCode('SIGNATURE_MALFORMED', '"s"'))
    expect(place.write(['a5'], { time: '', id: '', request: request() })).toMatchObject({ target: '/b?c=1&s=a5' })
    const time = timeInQuery('t')
    expect(time.read(request({ target: '/?t=5' }))).toBe('5')
    expect(time.write(request(), '7').target).toBe('/b?c=1&t=7')
    const stated = request({ target: '/?t=5' })
    expect(time.write(stated, '7')).toBe(stated)
  })

  test('are sorted by code units', () => {
    expect(['b', 'a', 'Z', 'a'].sort(byText)).toEqual(['Z', 'a', 'a', 'b'])
    expect([byText('a', 'b'), byText('b', 'a'), byText('a', 'a')]).toEqual([-1, 1, 0])
  })
})

describe('a delivery that is prepared', () => {
  const place = inField('X-Signature', HEX)
  const prepared = (spec: Partial<WebhookSpec>, parts: Partial<HttpRequest> = {}, id = 'id-1') =>
    prepareDelivery(sender(spec), request(parts), { nowMs: NOW, id })
  const base = (one: { base: unknown }) => Buffer.from(one.base as Uint8Array).toString()

  test('has its signature in the place of it, and nothing else where nothing else is stated', () => {
    const one = prepared({})
    expect(base(one)).toBe('||body')
    expect(one.attach([Uint8Array.of(0xa5)]).fields).toEqual(['X-Signature', 'a5'])
    expect(base(prepared({}, { body: null }))).toBe('||')
    expect(() => prepared({}, { body: new ReadableStream() as never })).toThrow(
      withCode('MESSAGE_MALFORMED', 'webhook'),
    )
  })

  test('has its time in a field, or in another place that may have one already', () => {
    const inFieldToo = prepared({ time: { field: 'X-Time', unit: SECONDS } }, { fields: ['A', '1'] })
    expect(base(inFieldToo)).toBe('1700000000||body')
    expect(inFieldToo.attach([]).fields.slice(0, 4)).toEqual(['A', '1', 'X-Time', '1700000000'])
    const time = { place: timeInQuery('t'), unit: SECONDS }
    expect(base(prepared({ time }))).toBe('1700000000||body')
    expect(prepared({ time }).attach([Uint8Array.of(1)]).target).toBe('/b?c=1&t=1700000000')
    expect(base(prepared({ time }, { target: '/?t=5' }))).toBe('5||body')
    const silent = { place: { read: () => undefined, write: (one: HttpRequest) => one }, unit: SECONDS }
    expect(base(prepared({ time: silent }))).toBe('1700000000||body')
  })

  test('has an id beside the signature, or in a field that may have one already', () => {
    expect(base(prepared({ delivery: { beside: true } }))).toBe('|id-1|body')
    const signed = { field: 'x-id', signed: true }
    expect(base(prepared({ delivery: signed }))).toBe('|id-1|body')
    expect(prepared({ delivery: signed }).attach([Uint8Array.of(1)]).fields).toEqual([
      'x-id',
      'id-1',
      'X-Signature',
      '01',
    ])
    expect(base(prepared({ delivery: signed }, { fields: ['X-Id', 'own'] }))).toBe('|own|body')
    expect(prepared({ delivery: signed }, { fields: ['X-Id', 'own'] }).attach([Uint8Array.of(1)]).fields).toEqual([
      ...['X-Id', 'own', 'X-Signature', '01'],
    ])
    expect(base(prepared({ delivery: inJson('id') }))).toBe('||body')
  })

  test('has an id that can be signed, where it is', () => {
    for (const delivery of [{ beside: true }, { field: 'x-id', signed: true }] as const)
      expect(() => prepared({ delivery }, {}, 'a.b')).toThrow(withCode('ARGUMENT_INVALID', '"id" must be 1 to 128'))
    expect(() => prepared({ delivery: { field: 'x-id', signed: false } }, {}, 'a.b')).not.toThrow()
  })

  test('may be written anew by the place of its signature', () => {
    const moved = request({ target: '/moved' })
    expect(prepared({ place: { ...place, write: () => moved } }).attach([])).toBe(moved)
  })
})

describe('a delivery that is read', () => {
  const fields = ['X-Signature', 'a5', 'X-Time', '1700000000', 'X-Id', 'id-1']
  const time = { field: 'x-time', unit: SECONDS }
  const read = (spec: Partial<WebhookSpec>, parts: Partial<HttpRequest> = { fields }) =>
    readDelivery(sender(spec), request(parts))

  test('is one where it has a signature', () => {
    expect(read({}, {})).toBeUndefined()
    expect(read({})).toEqual({ signatures: [Uint8Array.of(0xa5)], createdMs: undefined, time: '', id: '' })
  })

  test('has the time of its field, of its place, or of that beside the signature', () => {
    expect(read({ time })).toMatchObject({ createdMs: NOW, time: '1700000000' })
    expect(() => read({ time }, { fields: ['X-Signature', 'a5'] })).toThrow(
      withCode('AUTH_MALFORMED', 'x-time is missing, and what is in it is signed'),
    )
    expect(() => read({ time }, { fields: ['X-Signature', 'a5', 'X-Time', 'x'] })).toThrow(
      withCode('TIMESTAMP_MALFORMED'),
    )
    const elsewhere = { place: timeInQuery('t'), unit: SECONDS }
    expect(read({ time: elsewhere }, { fields, target: '/?t=1700000001' })).toMatchObject({ createdMs: NOW + 1_000 })
    expect(() => read({ time: elsewhere })).toThrow(
      withCode('AUTH_MALFORMED', 'the time that must be signed is missing'),
    )
    expect(() => read({ time: { unit: SECONDS } })).toThrow(withCode('AUTH_MALFORMED', 'is missing'))
    const place = { ...inField('x', HEX), read: () => ({ signatures: [], time: '1700000002', id: 'beside' }) }
    expect(read({ time: { unit: SECONDS }, place })).toMatchObject({ createdMs: NOW + 2_000, id: 'beside' })
  })

  test('has the id of its field where that is signed', () => {
    expect(read({ delivery: { field: 'x-id', signed: true } })).toMatchObject({ id: 'id-1' })
    expect(read({ delivery: { field: 'x-id', signed: false } })).toMatchObject({ id: '' })
    expect(read({ delivery: inJson('id') })).toMatchObject({ id: '' })
    const delivery = { field: 'x-id', signed: true } as const
    expect(() => read({ delivery }, { fields: ['X-Signature', 'a5'] })).toThrow(
      withCode('AUTH_MALFORMED', 'x-id is missing'),
    )
    expect(() => read({ delivery }, { fields: ['X-Signature', 'a5', 'x-id', 'a.b'] })).toThrow(
      withCode('AUTH_MALFORMED', 'may not stand in a signed id'),
    )
  })

  test('has one id, whether it is signed or not', () => {
    for (const signed of [true, false])
      expect(() => read({ delivery: { field: 'x-id', signed } }, { fields: [...fields, 'x-id', 'id-1'] })).toThrow(
        withCode('AUTH_DUPLICATE'),
      )
  })

  test('is signed as one text, which is joined once', () => {
    const text = signedText(sender().base, request(), { time: 't', id: 'i' })
    expect(text.parts).toEqual(['t|i|', utf8('body')])
    expect(text.whole()).toEqual(utf8('t|i|body'))
    expect(text.whole()).toBe(text.whole())
    expect(signedText(() => ['a', 'b'], request(), { time: '', id: '' }).whole()).toBe('ab')
  })
})

describe('a question of a sender', () => {
  test.each(['abc-_.~=+9', 'a'.repeat(512)])('is answered with its text: %s', (text) => {
    expect(plainAnswer(text)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
      body: text,
    })
  })
  test.each([undefined, '', '<b>', 'a b', 'a\n', 'é', 'a<', '<a', 'a'.repeat(513)])('is not answered: %j', (text) => {
    expect(plainAnswer(text)).toBeUndefined()
  })
})

describe('the secrets of a sender', () => {
  const LONG = 'a secret of some length'
  const keys = (options: object, form?: SecretForm) => secretKeys('sender', { secret: LONG, ...options }, form)

  test('are one text or several, each a key with an id', () => {
    expect(keys({}).map(({ keyId, algorithm }) => [keyId, algorithm])).toEqual([['sender', 'hmac-sha256']])
    const three = keys({ secret: [LONG, Secret.fromText(LONG), `${LONG}2`] })
    expect(three.map(({ keyId }) => keyId)).toEqual(['sender', 'sender-2', 'sender-3'])
    const tag = new Uint8Array(crypto.createHmac('sha256', LONG).update('x').digest())
    expect(three.map((key) => key.verify('x', tag))).toEqual([true, true, false])
  })

  test.each<readonly [object, string]>([
    [{ secret: [] }, 'KEY_WEAK sender: "secret" must be 1 to 8 secrets, got 0'],
    [{ secret: Array(9).fill(LONG) }, 'CONFIG_INVALID sender: "secret" must be 1 to 8 secrets, got 9'],
    [
      { secret: 'x'.repeat(15) },
      'KEY_WEAK sender: "secret" must have at least 16 bytes, got 15; test vectors: allowShortSecret: true',
    ],
    [
      { secret: '' },
      'KEY_WEAK sender: "secret" must have at least 16 bytes, got nothing (is it set?); test vectors: allowShortSecret: true',
    ],
    [
      { secret: '', allowShortSecret: true },
      'KEY_WEAK sender: "secret" must have at least 1 bytes, got nothing (is it set?)',
    ],
    [
      { secret: [LONG, 'x'] },
      'KEY_WEAK sender: "secret[1]" must have at least 16 bytes, got 1; test vectors: allowShortSecret: true',
    ],
    [
      { secret: 5 },
      'CONFIG_INVALID sender: "secret" must be the text that the sender shows, or a Secret, got a number',
    ],
    [
      { secret: `${LONG} ` },
      'CONFIG_INVALID sender: "secret" must be the secret alone, got white space around it: remove that, or pass bytes where it is meant',
    ],
  ])('are refused: %o', (options, text) => {
    expect(textOf(() => keys(options))).toBe(text)
  })

  test('may be as short as is allowed, and as many', () => {
    expect(keys({ secret: 'x'.repeat(16) })).toHaveLength(1)
    expect(keys({ secret: 'x', allowShortSecret: true })).toHaveLength(1)
    expect(keys({ secret: Array(8).fill(LONG) })).toHaveLength(8)
  })

  test('are read by the form of the sender, which may refuse them', () => {
    const form: SecretForm = {
      not: [/^sk_/, 'a secret, got a key'],
      untimed: true,
      more: { extra: 1 },
      key: hmacSha1Key,
      read: (text, where) => (text === 'broken' ? utf8(`${where} is read here`) : utf8(`${text}${text}`)),
    }
    expect(keys({ secret: 'x'.repeat(8), extra: 1 }, form)[0]?.algorithm).toBe('hmac-sha1')
    expect(textOf(() => keys({ secret: [LONG, 'sk_live'] }, form))).toBe(
      'CONFIG_INVALID sender: "secret[1]" must be a secret, got a key',
    )
    expect(textOf(() => keys({ toleranceMs: 1_000 }, form))).toContain('"toleranceMs" must be left out')
    expect(keys({ toleranceMs: undefined }, form)).toHaveLength(1)
    expect(keys({ toleranceMs: 1_000 })).toHaveLength(1)
    expect(textOf(() => keys({ extra: 1 }))).toContain('"extra"')
    expect(textOf(() => keys({ signingSecret: 1 }))).toContain('"secret"')
  })

  test('of Standard Webhooks are base64 behind whsec_', () => {
    const { read } = STANDARD_SECRET
    expect(read?.('whsec_AQID', 'x')).toEqual(Uint8Array.of(1, 2, 3))
    expect(read?.('AQID', 'x')).toEqual(Uint8Array.of(1, 2, 3))
    expect(textOf(() => read?.('AQIDwhsec_', '"x"'))).toBe(
      'CONFIG_INVALID "x" must be "whsec_" and base64, got other text',
    )
  })
})

test('the form of Standard Webhooks has the names of a sender', () => {
  const spec = standardForm('acme', 'acme')
  expect(spec).toMatchObject({
    id: 'acme',
    time: { field: 'acme-timestamp', unit: SECONDS },
    delivery: { field: 'acme-id', signed: true },
    covers: ['field:acme-id', 'field:acme-timestamp'],
    weaknesses: ['no-url', 'no-key-id'],
  })
  expect(spec.place.write(['AQ=='], { time: '', id: '', request: request() })).toEqual(['acme-signature', 'v1,AQ=='])
  expect(standardForm('a', 'a', 'v1a').place.write(['AQ=='], { time: '', id: '', request: request() })).toEqual([
    'a-signature',
    'v1a,AQ==',
  ])
  expect(spec.base({ id: 'i', time: 't', body: utf8('b'), request: request() })).toEqual(['i.t.', utf8('b')])
})

describe('the public keys of a sender', () => {
  const pair = crypto.generateKeyPairSync('ed25519')
  const { x, d } = pair.privateKey.export({ format: 'jwk' }) as { x: string; d: string }
  const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex')
  const base64 = (text: string): string => Buffer.from(text, 'base64url').toString('base64')
  const keys = (options: object, form = ed25519Form('hex')) => publicKeys('sender', options, form)

  test('are one text or several, each a key with an id', () => {
    expect(keys({ publicKey: hex(x) }).map(({ keyId }) => keyId)).toEqual(['sender'])
    expect(keys({ publicKey: [hex(x), ` ${hex(x)}\n`] }).map(({ keyId }) => keyId)).toEqual(['sender', 'sender-2'])
    expect(keys({ publicKey: Array(8).fill(hex(x)) })).toHaveLength(8)
    expect(keys({ publicKey: base64(x) }, ed25519Form('base64'))[0]?.algorithm).toBe('ed25519')
  })

  test('verify what the private key signs', () => {
    for (const privateKey of [hex(d), Secret.fromText(hex(d))]) {
      const [own] = keys({ privateKey })
      const signature = own?.sign?.('text') as Uint8Array
      expect(own?.verify('text', signature)).toBe(true)
      expect(keys({ publicKey: hex(x) })[0]?.verify('text', signature)).toBe(true)
      expect(keys({ publicKey: hex(x) })[0]?.verify('other', signature)).toBe(false)
      expect([own?.keyId, own?.algorithm]).toEqual(['sender', 'ed25519'])
    }
    expect(keys({ privateKey: base64(d) }, ed25519Form('base64'))).toHaveLength(1)
  })

  test.each<readonly [object, string]>([
    [{}, 'sender: one of "publicKey" and "privateKey" must be given'],
    [{ publicKey: hex(x), privateKey: hex(d) }, 'sender: one of "publicKey" and "privateKey" must be given'],
    [{ privateKey: 5 }, 'sender: "privateKey" must be text or a Secret, got a number'],
    [{ privateKey: 'x' }, 'sender: "privateKey" must be a key in the spelling of the sender'],
    [{ publicKey: 5 }, 'sender: "publicKey" must be a key, or a list of 1 to 8, got a number'],
    [{ publicKey: [] }, 'sender: "publicKey" must be a key, or a list of 1 to 8, got an array'],
    [{ publicKey: Array(9).fill('x') }, 'sender: "publicKey" must be a key, or a list of 1 to 8, got an array'],
    [{ publicKey: '' }, 'sender: "publicKey" must be the text that the sender shows, got'],
    [{ publicKey: ['x', 5] }, 'sender: "publicKey[0]" must be a key in the spelling of the sender'],
    [{ publicKey: [hex(x), 5] }, 'sender: "publicKey[1]" must be the text that the sender shows, got a number'],
    [{ publicKey: base64(x) }, 'sender: "publicKey" must be a key in the spelling of the sender'],
    [{ publicKey: hex(x), secret: 'x' }, '"publicKey"'],
    [{ publicKey: hex(x), extra: 1 }, '"extra"'],
  ])('are refused: %o', (options, text) => {
    expect(() => keys(options)).toThrow(withCode('CONFIG_INVALID', text))
  })

  test('keep the error of a weak key, and give the cause of another', () => {
    expect(() => keys({ publicKey: '00'.repeat(32) })).toThrow(withCode('KEY_WEAK'))
    expect(() => keys({ privateKey: `"${hex(d)}"` })).toThrow(withCode('CONFIG_INVALID', 'must be the secret alone'))
    expect(() => keys({ publicKey: 'x' })).toThrow(expect.objectContaining({ cause: expect.any(Error) }))
  })

  test('may have more options of their sender', () => {
    expect(keys({ publicKey: hex(x), extra: 1 }, { ...ed25519Form('hex'), more: { extra: 1 } } as never)).toHaveLength(
      1,
    )
  })

  test('of a pair are both halves in one', () => {
    const half = { keyId: 'k', algorithm: 'ed25519', verify: () => true } as const
    const sign = () => new Uint8Array(64)
    expect(signingKey({ keyId: 'k', algorithm: 'ed25519', sign, verifyingKey: half })).toEqual({
      ...{ keyId: 'k', algorithm: 'ed25519', sign, verify: half.verify },
    })
  })
})

describe('the URL that a sender has called', () => {
  const spec = sender({
    base: ({ request: one }) => [urlText(one)],
    alternatives: [({ request: one }) => urlVariants(one)],
  })
  const textAt = (publicUrl: string | undefined, parts: Partial<HttpRequest> = {}) =>
    atPublicUrl(spec, publicUrl).base({ time: '', id: '', body: utf8(''), request: request(parts) })

  test.each([
    [undefined, 'https://a.example/b?c=1'],
    ['https://hooks.example.com', 'https://hooks.example.com/b?c=1'],
    ['http://hooks.example.com/', 'http://hooks.example.com/b?c=1'],
    ['https://h:8443/x/y', 'https://h:8443/x/y?c=1'],
  ])('is that of the request at %s', (publicUrl, url) => {
    expect(textAt(publicUrl)).toEqual([url])
  })

  test('needs one of the two', () => {
    expect(() => textAt(undefined, { authority: '' })).toThrow(withCode('CONFIG_INVALID', 'state "publicUrl"'))
    expect(textAt('https://h', { authority: '' })).toEqual(['https://h/b?c=1'])
  })

  test.each([
    '',
    'h',
    'ftp://h',
    'https://',
    'https://h?x',
    'https://h/#x',
    'https://u@h',
    'https://h:99999',
    'x https://h',
    'https://h/ x',
    5,
    new URL('https://h'),
  ])('is not that of %j', (publicUrl) => {
    expect(() => atPublicUrl(spec, publicUrl as string)).toThrow(
      withCode('CONFIG_INVALID', 'sender: "publicUrl" must be an origin or a URL without a query'),
    )
  })

  test('may be written in other ways, which are made of it as well', () => {
    const moved = atPublicUrl(spec, 'https://h')
    expect(moved.alternatives?.map((make) => make({ time: '', id: '', body: utf8(''), request: request() }))).toEqual([
      ['https://h/b?c=1', 'https://h:443/b?c=1'],
    ])
    expect(atPublicUrl(sender(), 'https://h')).not.toHaveProperty('alternatives')
  })

  test.each([
    [{}, 'https://a.example/b?c=1', 'https://a.example:443/b?c=1'],
    [{ scheme: 'http' }, 'http://a.example/b?c=1', 'http://a.example:80/b?c=1'],
    [{ authority: 'a:8443' }, 'https://a/b?c=1', 'https://a:8443/b?c=1'],
    [{ authority: 'a:' }, 'https://a/b?c=1', 'https://a:/b?c=1'],
    [{ authority: '[::1]' }, 'https://[::1]/b?c=1', 'https://[::1]:443/b?c=1'],
    [{ authority: '[::1]:5' }, 'https://[::1]/b?c=1', 'https://[::1]:5/b?c=1'],
  ] as const)('is written without the port and with it: %o', (parts, bare, withPort) => {
    expect(urlVariants(request(parts))).toEqual([bare, withPort])
  })
})

test('a signature in a field stands there with its prefix', () => {
  const place = inField('X-S', BASE64, { prefix: 'v=' })
  expect(place.write(['AQ=='], { time: '', id: '', request: request() })).toEqual(['X-S', 'v=AQ=='])
  expect(place.read(request({ fields: ['x-s', 'v=AQ=='] }))).toEqual({ signatures: [Uint8Array.of(1)] })
})
