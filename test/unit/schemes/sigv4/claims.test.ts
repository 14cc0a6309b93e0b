import { describe, expect, test } from 'vitest'
import type { FieldLines } from '../../../../src/message/fields.js'
import { ACS3 } from '../../../../src/schemes/sigv4/alibaba.js'
import { GOOG4_HMAC } from '../../../../src/schemes/sigv4/google.js'
import { oss4Variant } from '../../../../src/schemes/sigv4/oss.js'
import { authorizationOf, readAuthorization, scopeOf, signedNames } from '../../../../src/schemes/sigv4/read-header.js'
import { ownNames, ownParameters, readParameters } from '../../../../src/schemes/sigv4/read-query.js'
import { AWS4A } from '../../../../src/schemes/sigv4/sigv4a-variant.js'
import { TC3 } from '../../../../src/schemes/sigv4/tencent.js'
import { AWS4, AWS4_URLS, type Variant } from '../../../../src/schemes/sigv4/variant.js'
import { VOLC } from '../../../../src/schemes/sigv4/volcengine.js'
import { textOf } from '../../../expect-code.js'
import { AREA, authorization, NOW, query, requestOf, S3_AREA, TIME, ZEROS } from './support.js'

const oss = (): Variant => oss4Variant(undefined, new Set())
const DATE = ['X-Amz-Date', TIME]

describe('the field of a signature', () => {
  const found = (...values: readonly string[]): string | undefined =>
    authorizationOf(requestOf({ fields: values.flatMap((value) => ['authorization', value]) }), AWS4)

  test('is the one that begins with the label of the variant, without the white space around it', () => {
    expect(found()).toBeUndefined()
    expect(found('Bearer x')).toBeUndefined()
    expect(found('AWS4-HMAC-SHA256')).toBeUndefined()
    expect(found('AWS4-HMAC-SHA256-PAYLOAD x')).toBeUndefined()
    expect(found('Bearer AWS4-HMAC-SHA256 x')).toBeUndefined()
    expect(found('Bearer x', 'Basic y')).toBeUndefined()
    expect(found(' \tAWS4-HMAC-SHA256 x\t ')).toBe('AWS4-HMAC-SHA256 x')
  })

  test('stands alone', () => {
    for (const values of [
      ['AWS4-HMAC-SHA256 x', 'Bearer x'],
      ['Bearer x', 'AWS4-HMAC-SHA256 x'],
    ])
      expect(textOf(() => found(...values))).toBe('AUTH_MALFORMED field "Authorization" is repeated')
  })

  test('has at most 16384 characters', () => {
    const long = (length: number): string => 'AWS4-HMAC-SHA256 '.padEnd(length, 'x')
    expect(found(long(16_384))).toHaveLength(16_384)
    expect(textOf(() => found(long(16_385)))).toBe('AUTH_TOO_LARGE Authorization must have at most 16384 characters')
  })
})

describe('what a signature in a field states', () => {
  const read = (variant: Variant, value: string, fields: FieldLines) =>
    readAuthorization(requestOf({ fields }), variant, value)
  const stated = {
    ...{ keyId: 'AKIDEXAMPLE', area: AREA, region: 'eu-central-1', service: 'orders', time: TIME, createdMs: NOW },
    ...{ signed: new Set(['host', 'x-amz-date']), signature: ZEROS, token: undefined, payload: undefined },
    inUrl: false,
  }

  test('is read from its members and the fields beside it', () => {
    expect(read(AWS4, authorization(), DATE)).toStrictEqual(stated)
    expect(read(AWS4, authorization().replaceAll(', ', ' ,\t'), DATE)).toStrictEqual(stated)
    const more = [...DATE, 'x-amz-security-token', ' a ', 'x-amz-content-sha256', 'b\r\n ']
    expect(read(AWS4, authorization(), more)).toStrictEqual({ ...stated, token: 'a', payload: 'b' })
  })

  test('has the regions of SigV4a, and none where the field is not there', () => {
    const area = '20260102/orders/aws4_request'
    const value = authorization({ label: AWS4A.label, credential: `AKIDEXAMPLE/${area}` })
    const here = { ...stated, area, region: '' }
    expect(read(AWS4A, value, [...DATE, 'x-amz-region-set', 'us-*,eu-west-1'])).toStrictEqual({
      ...here,
      regions: 'us-*,eu-west-1',
    })
    expect(read(AWS4A, value, DATE)).toStrictEqual({ ...here, regions: '' })
  })

  test('has the nonce of Alibaba Cloud, and no scope', () => {
    const value = authorization({ label: ACS3.label, credential: 'AKID/EXAMPLE' })
    const written = '2026-01-02T03:04:05Z'
    const here = { ...stated, keyId: 'AKID/EXAMPLE', area: '', region: '', service: '', time: written }
    const fields = ['x-acs-date', written, 'x-acs-signature-nonce', 'n']
    expect(read(ACS3, value, fields)).toStrictEqual({ ...here, nonce: 'n' })
    expect(read(ACS3, value, fields.slice(0, 2))).toStrictEqual({ ...here, nonce: undefined })
  })

  test('has no region at Tencent Cloud, whose scope has none', () => {
    const time = String(NOW / 1000)
    const area = '2026-01-02/cvm/tc3_request'
    const value = authorization({ label: TC3.label, credential: `AKIDEXAMPLE/${area}` })
    expect(read(TC3, value, ['X-TC-Timestamp', time])).toStrictEqual({
      ...stated,
      ...{ area, region: '', service: 'cvm', time },
    })
  })

  test('may name no field at OSS, whose own fields are signed unnamed', () => {
    const credential = 'Credential=AKIDEXAMPLE/20260102/cn-hangzhou/oss/aliyun_v4_request'
    const fields = ['x-oss-date', TIME]
    const names = (value: string) => read(oss(), `OSS4-HMAC-SHA256 ${value}`, fields).signed
    expect(names(`${credential},Signature=${ZEROS}`)).toEqual(new Set())
    expect(names(`${credential},AdditionalHeaders=host;x-a,Signature=${ZEROS}`)).toEqual(new Set(['host', 'x-a']))
  })

  test('has no token where the variant knows none', () => {
    const credential = 'AKIDEXAMPLE/20260102/auto/storage/goog4_request'
    const value = authorization({ label: GOOG4_HMAC.label, credential })
    expect(read(GOOG4_HMAC, value, ['x-goog-date', TIME]).token).toBeUndefined()
  })

  test.each<[string, string, FieldLines, string]>([
    [
      'a member twice',
      `${authorization()}, Signature=${ZEROS}`,
      DATE,
      'AUTH_MALFORMED Authorization states a member twice',
    ],
    [
      'a member more',
      `${authorization()}, Nonce=1`,
      DATE,
      'AUTH_MALFORMED Authorization states a member that is not known',
    ],
    [
      'a member without a name',
      `${authorization()}, =1`,
      DATE,
      'AUTH_MALFORMED Authorization states a member that is not known',
    ],
    [
      'a member without a value',
      `${authorization()}, Signatures`,
      DATE,
      'AUTH_MALFORMED Authorization states a member that is not known',
    ],
    [
      'no credential',
      authorization().replace('Credential', 'credential'),
      DATE,
      'AUTH_MALFORMED Authorization states no Credential',
    ],
    [
      'no names',
      authorization().replace('SignedHeaders', 'Signedheaders'),
      DATE,
      'AUTH_MALFORMED Authorization states no SignedHeaders',
    ],
    [
      'no signature',
      authorization().replace('Signature', 'signature'),
      DATE,
      'AUTH_MALFORMED Authorization states no Signature',
    ],
    [
      'no time',
      authorization(),
      [],
      'TIMESTAMP_MALFORMED field "X-Amz-Date" must be one time in the form of AWS Signature Version 4',
    ],
    [
      'another form of the time',
      authorization(),
      ['x-amz-date', '2026-01-02T03:04:05Z'],
      'TIMESTAMP_MALFORMED field "X-Amz-Date" must be one time in the form of AWS Signature Version 4',
    ],
    ['two times', authorization(), [...DATE, ...DATE], 'AUTH_MALFORMED x-amz-date must stand once'],
  ])('is refused with %s', (_, value, fields, says) => {
    expect(textOf(() => read(AWS4, value, fields))).toBe(says)
  })
})

describe('the credential', () => {
  const scope = (credential: string) => scopeOf(AWS4, credential, TIME)

  test('is a key id, which may hold slashes, and a scope', () => {
    expect(scope(`a/b/${AREA}`)).toEqual({ keyId: 'a/b', area: AREA, region: 'eu-central-1', service: 'orders' })
  })

  test.each([
    ['a key id alone', 'AKIDEXAMPLE', 'the credential must be a key id and a scope'],
    ['a scope alone', AREA, 'the credential must be a key id and a scope'],
    ['nothing before the scope', `/${AREA}`, 'the key id holds characters that may not stand there'],
    ['a key id with a space', `a b/${AREA}`, 'the key id holds characters that may not stand there'],
    ['an empty region', 'a/20260102//orders/aws4_request', 'the scope must end in aws4_request'],
    ['an empty service', 'a/20260102/eu-central-1//aws4_request', 'the scope must end in aws4_request'],
    ['another end', 'a/20260102/eu-central-1/orders/aws5_request', 'the scope must end in aws4_request'],
    ['another day', AREA.replace('2026', 'a/2025'), 'the day of the scope must be that of the time'],
  ])('is refused as %s', (_, credential, says) => {
    expect(textOf(() => scope(credential))).toBe(`AUTH_MALFORMED ${says}`)
  })
})

describe('the names of signed fields', () => {
  test('are lower-case tokens, sorted, each once', () => {
    expect(signedNames('')).toEqual(new Set())
    expect([...signedNames("a;b;x-c!#$%&'*+.^_`|~/9")]).toEqual(['a', 'b', "x-c!#$%&'*+.^_`|~/9"])
    for (const list of ['A', 'a;B', ';', 'a;', 'a b', 'é'])
      expect(textOf(() => signedNames(list))).toBe(
        'AUTH_MALFORMED the names of signed fields must be lower-case tokens',
      )
    for (const list of ['b;a', 'a;a', 'a;c;b'])
      expect(textOf(() => signedNames(list))).toBe(
        'AUTH_MALFORMED the names of signed fields must be sorted, each once',
      )
  })

  test('are at most 128', () => {
    const list = (count: number): string => Array.from({ length: count }, (_, at) => `x${1000 + at}`).join(';')
    expect(signedNames(list(128)).size).toBe(128)
    expect(textOf(() => signedNames(list(129)))).toBe('AUTH_TOO_LARGE at most 128 fields can be signed, got 129')
  })
})

describe('the parameters of a signed URL', () => {
  const found = (target: string, variant: Variant = AWS4_URLS) =>
    ownParameters(requestOf({ target }), ownNames(variant))

  test('are those of the variant, by their names decoded', () => {
    expect(found('/')).toEqual(new Map())
    expect(found('/?a=1&x-amz-date=2')).toEqual(new Map())
    expect(found('/?a=1&X-Amz-Date=2&%58-Amz-Expires=%33&X-Amz-Content-Sha256=c=d')).toEqual(
      new Map([
        ['X-Amz-Date', '2'],
        ['X-Amz-Expires', '3'],
        ['X-Amz-Content-Sha256', 'c=d'],
      ]),
    )
  })

  test('have an empty value where none is stated', () => {
    expect(found('/?X-Amz-Date&X-Amz-Expires=')).toEqual(
      new Map([
        ['X-Amz-Date', ''],
        ['X-Amz-Expires', ''],
      ]),
    )
  })

  test('are none of a variant that signs no URL', () => {
    expect(ownNames(VOLC)).toEqual(new Set())
    expect(found('/?X-Content-Sha256=1&X-Date=2', VOLC)).toEqual(new Map())
  })

  test('stand once, whichever way they are written', () => {
    for (const target of ['/?X-Amz-Date=1&X-Amz-Date=1', '/?X-Amz-Date=1&X-Amz-Dat%65'])
      expect(textOf(() => found(target))).toBe('AUTH_MALFORMED parameter "X-Amz-Date" is repeated')
  })

  test('are UTF-8, where they belong to the signature', () => {
    expect(textOf(() => found('/?X-Amz-Date=%FF'))).toBe('AUTH_MALFORMED parameter "X-Amz-Date" is not UTF-8')
    expect(found('/?%FF=1&b=%FF&X-Amz-Date=1')).toEqual(new Map([['X-Amz-Date', '1']]))
  })

  test('have at most 16384 characters with their name', () => {
    const long = (length: number): string => `/?${'X-Amz-Security-Token='.padEnd(length, 'x')}`
    expect(found(long(16_384)).get('X-Amz-Security-Token')).toHaveLength(16_384 - 21)
    expect(textOf(() => found(long(16_385)))).toBe('AUTH_TOO_LARGE parameter "X-Amz-Security-Token" is too long')
  })
})

describe('what a signature in a URL states', () => {
  const read = (text: string, fields: FieldLines = [], variant: Variant = AWS4_URLS) => {
    const request = requestOf({ target: `/v1?${text}`, fields })
    return readParameters(request, variant, ownParameters(request, ownNames(variant)))
  }
  const stated = {
    ...{ keyId: 'AKIDEXAMPLE', area: AREA, region: 'eu-central-1', service: 'orders', time: TIME, createdMs: NOW },
    ...{ expiresS: 60, signed: new Set(['host']), signature: ZEROS, token: undefined, payload: undefined, inUrl: true },
  }

  test('is read from its parameters', () => {
    expect(read(query())).toStrictEqual(stated)
    expect(read(query({ 'Security-Token': 'a/b' }))).toStrictEqual({ ...stated, token: 'a/b' })
  })

  test('has no end where none is stated, except at S3', () => {
    const { expiresS: _, ...endless } = stated
    expect(read(query({ Expires: undefined }))).toStrictEqual(endless)
    const credential = `AKIDEXAMPLE/${S3_AREA}`
    expect(read(query({ Credential: credential })).expiresS).toBe(60)
    expect(textOf(() => read(query({ Credential: credential, Expires: undefined })))).toBe(
      'TIMESTAMP_MALFORMED parameter "X-Amz-Expires" must be 1 to 604800 seconds',
    )
  })

  test('ends after 1 to 604800 seconds', () => {
    for (const expires of ['1', '604800']) expect(read(query({ Expires: expires })).expiresS).toBe(Number(expires))
    for (const expires of ['', '0', '01', '604801', '1000000', '-1', '1.5', ' 1', '6e1'])
      expect(textOf(() => read(query({ Expires: expires })))).toBe(
        'TIMESTAMP_MALFORMED parameter "X-Amz-Expires" must be 1 to 604800 seconds',
      )
  })

  test('has the hash of the body from one place', () => {
    const field = ['x-amz-content-sha256', 'a']
    expect(read(query(), field).payload).toBe('a')
    expect(read(query({ 'Content-Sha256': 'b' })).payload).toBe('b')
    expect(textOf(() => read(query({ 'Content-Sha256': 'a' }), field))).toBe(
      'AUTH_MALFORMED "X-Amz-Content-Sha256" stands in the URL and in a field',
    )
  })

  test('has its token in the URL alone', () => {
    for (const text of [query(), query({ 'Security-Token': 'a' })])
      expect(textOf(() => read(text, ['X-Amz-Security-Token', 'a']))).toBe(
        'AUTH_MALFORMED "X-Amz-Security-Token" must stand in the URL or in a field, not both',
      )
  })

  test('may have its time in a field, too', () => {
    expect(read(query(), DATE)).toStrictEqual(stated)
    expect(textOf(() => read(query(), ['x-amz-date', '20260102T030406Z']))).toBe(
      'AUTH_MALFORMED field "X-Amz-Date" has another time than the URL',
    )
  })

  test('has the regions of SigV4a', () => {
    const area = '20260102/orders/aws4_request'
    const regional = { Algorithm: AWS4A.label, Credential: `AKIDEXAMPLE/${area}`, 'Region-Set': '*' }
    expect(read(query(regional), [], AWS4A)).toStrictEqual({ ...stated, area, region: '', regions: '*' })
    expect(textOf(() => read(query({ ...regional, 'Region-Set': undefined }), [], AWS4A))).toBe(
      'AUTH_MALFORMED the URL states no X-Amz-Region-Set',
    )
  })

  test('has no token at Google, which knows none', () => {
    const google = { Algorithm: GOOG4_HMAC.label, Credential: 'AKIDEXAMPLE/20260102/auto/storage/goog4_request' }
    const text = query(google, 'X-Goog-')
    for (const fields of [[], ['undefined', 'a'], ['x-goog-security-token', 'a']])
      expect(read(text, fields, GOOG4_HMAC).token).toBeUndefined()
  })

  test('may name no field at OSS', () => {
    const pairs = (names: string): string =>
      `x-oss-credential=AKIDEXAMPLE/20260102/cn-hangzhou/oss/aliyun_v4_request&x-oss-date=${TIME}&x-oss-expires=60${names}&x-oss-signature=${ZEROS}`
    expect(read(pairs(''), [], oss()).signed).toEqual(new Set())
    expect(read(pairs('&x-oss-additional-headers=host'), [], oss()).signed).toEqual(new Set(['host']))
  })

  test.each([
    ['Credential', 'AUTH_MALFORMED the URL states no X-Amz-Credential'],
    ['SignedHeaders', 'AUTH_MALFORMED the URL states no X-Amz-SignedHeaders'],
    ['Date', 'AUTH_MALFORMED the URL states no X-Amz-Date'],
  ])('is refused without %s', (name, says) => {
    expect(textOf(() => read(query({ [name]: undefined })))).toBe(says)
  })

  test('is refused without a signature, and with another form of the time', () => {
    expect(textOf(() => read(query().replace('X-Amz-Signature', 'x')))).toBe(
      'AUTH_MALFORMED the URL states no X-Amz-Signature',
    )
    expect(textOf(() => read(query({ Date: '2026-01-02T03:04:05Z' })))).toBe(
      'TIMESTAMP_MALFORMED parameter "X-Amz-Date" must be a time in the form of AWS Signature Version 4',
    )
  })
})
