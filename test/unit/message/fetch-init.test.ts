import { describe, expect, test } from 'vitest'
import { assertFetchInit } from '../../../src/message/fetch-init.js'
import { textOf } from '../../expect-code.js'

const refusal = (init: unknown, own: readonly string[] = [], hints: Readonly<Record<string, string>> = {}): string =>
  textOf(() => assertFetchInit(init, { own, hints }))
const meant = (name: string, near: string): string =>
  `ARGUMENT_INVALID unknown member "${name}" of a request; did you mean ${near}?`
const unknown = (name: string, known = 'method, headers, body'): string =>
  `ARGUMENT_INVALID unknown member "${name}" of a request; known: ${known} and what fetch takes`

/** What the platforms document, written once more: a member that is missing from either list is noticed. */
const PLATFORM = [
  'attributionReporting body browsingTopics cache credentials duplex headers integrity keepalive method mode priority',
  'privateToken redirect referrer referrerPolicy sharedStorageWritable signal targetAddressSpace window',
  'dispatcher next cf fetcher client tls proxy unix verbose decompress',
  'highWaterMark insecureHTTPParser reactNative',
]
  .join(' ')
  .split(' ')

describe('assertFetchInit', () => {
  test('takes nothing, an empty object, and every member that a platform reads', () => {
    for (const init of [undefined, null, {}, Object.create(null)]) assertFetchInit(init, { own: [], hints: {} })
    for (const name of PLATFORM) expect(assertFetchInit({ [name]: undefined }, { own: [], hints: {} })).toBeUndefined()
  })

  test('takes the members that its caller reads, and only those', () => {
    expect(assertFetchInit({ json: 1, method: 'GET' }, { own: ['json'], hints: {} })).toBeUndefined()
    expect(refusal({ json: 1 })).toBe(unknown('json'))
  })

  test('members of the prototype are not passed on, so they are not looked at', () => {
    expect(assertFetchInit(Object.create({ json: 1 }), { own: [], hints: {} })).toBeUndefined()
  })

  test.each<readonly [unknown, string]>([
    [1, 'a number'],
    [0, 'a number'],
    ['GET', 'a string'],
    ['', 'an empty string'],
    [false, 'a boolean'],
    [() => 1, 'a function'],
  ])('%o are no options', (init, got) => {
    expect(refusal(init)).toBe(`ARGUMENT_INVALID the options of a request must be an object, got ${got}`)
  })

  test('the first member that nothing reads is named, wherever it stands', () => {
    expect(refusal({ method: 'GET', qs: 1, zz: 2 })).toBe(unknown('qs'))
    expect(refusal(['a'])).toBe(unknown('0'))
  })

  test.each([
    ['verb', '"method"'],
    ['type', '"method"'],
    ['url', 'the first argument'],
    ['uri', 'the first argument'],
    ['path', 'the first argument'],
    ['abort', '"signal"'],
  ])('"%s" of another client is %s here', (name, near) => {
    expect(refusal({ [name]: 1 })).toBe(meant(name, near))
  })

  test('the hints of the caller are given too', () => {
    expect(refusal({ json: {} }, [], { json: '"body"' })).toBe(meant('json', '"body"'))
  })

  test('a name of Object.prototype is no hint', () => {
    expect(refusal({ constructor: 1 })).toBe(unknown('constructor'))
  })

  test('a spelling mistake of a member of the standard or of the caller is recognised', () => {
    expect(refusal({ methd: 'GET' })).toBe(meant('methd', '"method"'))
    expect(refusal({ signre: 1 }, ['signer'])).toBe(meant('signre', '"signer"'))
    expect(refusal({ referer: '' })).toBe(meant('referer', '"referrer"'))
  })

  test('what a platform adds to the standard is not proposed', () => {
    expect(refusal({ dispatchers: 1 })).toBe(unknown('dispatchers'))
  })

  test('a name of three letters is near to too many, one of four is not', () => {
    expect(refusal({ bod: 1 })).toBe(unknown('bod'))
    expect(refusal({ bodi: 1 })).toBe(meant('bodi', '"body"'))
  })

  test('what is known is listed with the members of the caller', () => {
    expect(refusal({ xyzzyxyzzy: 1 }, ['signer', 'retry'])).toBe(
      unknown('xyzzyxyzzy', 'method, headers, body, signer, retry'),
    )
  })

  test('a name is shown up to 64 characters, with what is no text escaped', () => {
    expect(refusal({ ['9'.repeat(64)]: 1 })).toBe(unknown('9'.repeat(64)))
    expect(refusal({ ['9'.repeat(65)]: 1 })).toBe(unknown('9'.repeat(64)))
    expect(refusal({ '9\n': 1 })).toBe(unknown('9\\n'))
  })
})
