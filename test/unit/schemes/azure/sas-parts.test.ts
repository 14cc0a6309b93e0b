import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import {
  type AzureServiceSasOptions,
  azureAccountSas,
  azureKey,
  azureSasOf,
  azureSasUrl,
  azureSasVerifier,
  azureServiceSas,
} from '../../../../src/schemes/azure/index.js'
import { assertPermissions } from '../../../../src/schemes/azure/sas-permissions.js'
import { partNames, partsOf, partTexts } from '../../../../src/schemes/azure/sas-request-parts.js'
import { sasTime, sasTimeText } from '../../../../src/schemes/azure/sas-values.js'
import { codeOf, textOf, thrownCode, withCode } from '../../../expect-code.js'
import { HOST, NOW, only, stated } from '../legacy/judge.js'
import { sign } from './sign.js'

const SECRET = 'a key of the account, of 64 bytes'
const key = azureKey({ account: 'api', key: btoa(SECRET) })
const mac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('base64')
const get = (target = '/photos/a.jpg'): HttpRequest => ({ ...httpRequest({ url: `https://${HOST}/` }), target })
const END = '2026-09-21T15:13:20Z'

/** The parameters of a target, decoded, in their order. */
const valuesOf = ({ target }: Pick<HttpRequest, 'target'>): ReadonlyArray<readonly [string, string]> =>
  target
    .slice(target.indexOf('?') + 1)
    .split('&')
    .map((part) => [part.slice(0, part.indexOf('=')), decodeURIComponent(part.slice(part.indexOf('=') + 1))] as const)

const service = (more: Partial<Omit<AzureServiceSasOptions, 'key'>> = {}, target?: string): HttpRequest =>
  sign(azureServiceSas({ key, permissions: 'r', expiresS: 3600, ...more } as never), get(target))
const account = (more: object = {}, target?: string): HttpRequest =>
  sign(
    azureAccountSas({ key, services: 'b', resourceTypes: 'o', permissions: 'r', expiresS: 3600, ...more }),
    get(target),
  )

/** A target with these parameters, `undefined` for those that are left out. */
const target = (values: Readonly<Record<string, string | undefined>>, path = '/photos/a.jpg'): string =>
  `${path}?${Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`)
    .join('&')}`
const SIG = '//////////////////////////////////////////8='
const BLOB = { sv: '2022-11-02', spr: 'https', se: END, sr: 'b', sp: 'r', sig: SIG }
const DELEGATED = {
  ...{ skoid: '11111111-1111-1111-1111-111111111111', sktid: '22222222-2222-2222-2222-222222222222' },
  ...{ skt: '2026-09-21T00:00:00Z', ske: '2026-09-27T00:00:00Z', sks: 'b', skv: '2022-11-02' },
}
const ACCOUNT = { sv: '2022-11-02', ss: 'b', srt: 'o', se: END, sp: 'r', sig: SIG }

describe('a SAS that is written', () => {
  test('has every option as the parameter of its name, and signs it', () => {
    const made = service({
      ...{ ip: '10.0.0.1-10.0.0.9', protocol: 'https,http', version: '2020-12-06', encryptionScope: 'scope' },
      ...{ identifier: 'policy', startsBeforeS: 60, cacheControl: 'no-cache', contentDisposition: 'inline' },
      ...{ contentEncoding: 'gzip', contentLanguage: 'en', contentType: 'text/plain' },
    })
    const signature = mac(
      `r\n2026-09-21T14:12:20Z\n${END}\n/blob/api/photos/a.jpg\npolicy\n10.0.0.1-10.0.0.9\nhttps,http\n2020-12-06\nb\n\nscope\nno-cache\ninline\ngzip\nen\ntext/plain`,
    )
    expect(valuesOf(made)).toEqual([
      ...[
        ['sv', '2020-12-06'],
        ['spr', 'https,http'],
        ['st', '2026-09-21T14:12:20Z'],
        ['se', END],
      ],
      ...[
        ['sip', '10.0.0.1-10.0.0.9'],
        ['si', 'policy'],
        ['ses', 'scope'],
        ['sr', 'b'],
        ['sp', 'r'],
      ],
      ...[
        ['rscc', 'no-cache'],
        ['rscd', 'inline'],
        ['rsce', 'gzip'],
        ['rscl', 'en'],
        ['rsct', 'text/plain'],
      ],
      ['sig', signature],
    ])
    expect(valuesOf(service()).map(([name]) => name)).toEqual(['sv', 'spr', 'se', 'sr', 'sp', 'sig'])
  })

  test('is for the moment of a blob, a directory to its depth, or a container', () => {
    const last = (request: HttpRequest): string => valuesOf(request).at(-1)?.[1] as string
    const text = (path: string, tail: string, version = '2022-11-02'): string =>
      mac(`r\n\n${END}\n/blob/api/${path}\n\n\nhttps\n${version}\n${tail}`)
    expect(last(service({ resource: 'bv' }, '/photos/a.jpg?versionid=v1&snapshot=s1'))).toBe(
      text('photos/a.jpg', 'bv\nv1\n\n\n\n\n\n'),
    )
    expect(last(service({ resource: 'bs' }, '/photos/a.jpg?versionid=v1&snapshot=s1'))).toBe(
      text('photos/a.jpg', 'bs\ns1\n\n\n\n\n\n'),
    )
    expect(last(service({}, '/photos/a.jpg?snapshot=s1'))).toBe(text('photos/a.jpg', 'b\n\n\n\n\n\n\n'))
    expect(last(service({ resource: 'd', depth: 2 }, '/photos/x/y/z'))).toBe(text('photos/x/y', 'd\n\n\n\n\n\n\n'))
    expect(last(service({ resource: 'd', depth: 2 }, '/photos/x/y'))).toBe(text('photos/x/y', 'd\n\n\n\n\n\n\n'))
    expect(valuesOf(service({ resource: 'd', depth: 2 }, '/photos/x/y/z'))).toContainEqual(['sdd', '2'])
    expect(last(service({ resource: 'c' }, '/photos/x'))).toBe(text('photos', 'c\n\n\n\n\n\n\n'))
    expect(last(service({}, '/a.jpg'))).toBe(text('$root/a.jpg', 'b\n\n\n\n\n\n\n'))
    // Before 2020-12-06 no scope is signed, and before 2018-11-09 no kind of resource.
    expect(last(service({ version: '2018-11-09' }))).toBe(text('photos/a.jpg', 'b\n\n\n\n\n\n', '2018-11-09'))
    expect(last(service({ version: '2015-04-05' }))).toBe(text('photos/a.jpg', '\n\n\n\n', '2015-04-05'))
  })

  test('of other services has the text of theirs', () => {
    const last = (request: HttpRequest): string => valuesOf(request).at(-1)?.[1] as string
    const head = (name: string): string => `r\n\n${END}\n/${name}\n\n\nhttps\n2022-11-02`
    expect(last(service({ service: 'table', tableName: 'Employees' }, "/employees(PartitionKey='a')"))).toBe(
      mac(`${head('table/api/employees')}\n\n\n\n`),
    )
    expect(last(service({ service: 'queue' }, '/jobs/messages'))).toBe(mac(head('queue/api/jobs')))
    expect(last(service({ service: 'file' }, '/share/a.txt'))).toBe(mac(`${head('file/api/share/a.txt')}\n\n\n\n\n`))
    expect(valuesOf(service({ service: 'table', tableName: 'Employees' }, '/Employees()'))).toContainEqual([
      'tn',
      'Employees',
    ])
    expect(last(account({ ip: '10.0.0.1', encryptionScope: 's' }))).toBe(
      mac(`api\nr\nb\no\n\n${END}\n10.0.0.1\nhttps\n2022-11-02\ns\n`),
    )
    expect(last(account({ version: '2020-10-02' }))).toBe(mac(`api\nr\nb\no\n\n${END}\n\nhttps\n2020-10-02\n`))
  })

  test('stands behind the query that there is', () => {
    expect(service({}, '/photos/a.jpg?timeout=5').target).toMatch(/^\/photos\/a\.jpg\?timeout=5&sv=/)
    expect(service({}, '/photos/a.jpg?').target).toMatch(/^\/photos\/a\.jpg\?sv=/)
    expect(service({}, '/photos/a.jpg?a=&').target).toMatch(/^\/photos\/a\.jpg\?a=&sv=/)
    expect(service({}, '/photos/a.jpg?&a=1').target).toMatch(/^\/photos\/a\.jpg\?&a=1&sv=/)
    expect(
      azureSasUrl({ key, permissions: 'r', expiresS: 3600, url: `https://${HOST}/photos/a.jpg`, nowMs: NOW }),
    ).toBe(`https://${HOST}${service().target}`)
    const scheme = azureServiceSas({ key, permissions: 'r', expiresS: 3600 }).scheme
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: '' }
    const traced = scheme.prepare(get(), context)
    expect(traced.trace?.()).toEqual({
      scheme: 'azure-sas',
      base: traced.base,
      covered: ['sv', 'spr', 'se', 'sr', 'sp'],
    })
  })

  test('needs options that can be meant, for the service and the version', () => {
    for (const [options, text] of [
      [{ resource: 'x' }, 'azureServiceSas: "resource" must be one of b, bv, bs, c, d for "blob"'],
      [{ service: 'queue', resource: 'b' }, '"resource" must be one of none for "queue"'],
      [{ service: 'table' }, '"tableName" must be given for the service "table", and for no other'],
      [{ tableName: 'x' }, '"tableName" must be given for the service "table"'],
      [{ resource: 'd' }, '"depth" must be given for the resource "d", and for no other'],
      [{ depth: 2 }, '"depth" must be given for the resource "d"'],
      ...['bs', 'bv'].map((resource) => [
        { resource, version: '2018-11-08' },
        '"resource" must come with a "version" from 2018-11-09 on',
      ]),
      [{ resource: 'd', depth: 1, version: '2015-04-05' }, '"resource" must come with a "version" from 2018-11-09'],
      [{ encryptionScope: 's', version: '2020-12-05' }, '"encryptionScope" must come with a "version" from 2020-12-06'],
      [{ version: '2015-04-04' }, '"version" must be a version from 2015-04-05 on'],
      ...['2022-11-2', 'x2022-11-02', '2022-11-02x', 20221102].map((version) => [{ version }, '"version" must be']),
      ...['a\nb', '', 'x'.repeat(1025), 5].map((contentType) => [
        { contentType },
        '"contentType" must be text in one line',
      ]),
      ...['1.2.3', 'x1.2.3.4', '1.2.3.4x', '1.2.3.4-', '1.2.3.4-1.2.3'].map((ip) => [{ ip }, '"ip" must be an IPv4']),
      [{ permissions: undefined }, '"permissions"'],
      [{ expiresS: undefined }, '"expiresS"'],
      [{ expiresS: 604_801 }, '"expiresS" must be'],
      [{ startsBeforeS: 86_401 }, '"startsBeforeS" must be'],
      [{ protocol: 'http' }, '"protocol" must be'],
      ...[
        null,
        [],
        {},
        'x',
        { 'a,b': 'c' },
        { 'a:b': 'c' },
        { '': 'c' },
        { a: 5 },
        { a: 'b', 'c:d': 'e' },
        { a: 'b\n' },
        { a: ' b' },
        { a: 'b ' },
      ].map((requestHeaders) => [{ requestHeaders }, '"requestHeaders" must be an object of names with their values']),
    ] as ReadonlyArray<readonly [object, string]>)
      expect([options, textOf(() => service(options))]).toEqual([options, expect.stringContaining(text)])
    for (const fine of [
      { resource: 'bs', version: '2018-11-09' },
      { encryptionScope: 's', version: '2020-12-06' },
      { version: '2015-04-05' },
      { contentType: 'x'.repeat(1024) },
      { expiresS: 604_800 },
    ])
      expect(() => service(fine as never)).not.toThrow()
    for (const options of [
      { services: undefined },
      { resourceTypes: undefined },
      { services: 'x' },
      { services: 'bqtfb' },
      { resourceTypes: 'scos' },
    ])
      expect(textOf(() => account(options))).toMatch(/^CONFIG_INVALID .*"(?:services|resourceTypes)"/)
    expect(
      textOf(() => azureSasUrl({ key, permissions: 'r', expiresS: 1, url: `https://${HOST}/a/b` } as never)),
    ).toContain('"nowMs"')
  })

  test('is for a URL that holds none of it yet, and opens it', () => {
    for (const name of ['sv', 'sig', 'srh'])
      expect(() => service({}, `/photos/a.jpg?${name}=1`)).toThrow(
        withCode('MESSAGE_MALFORMED', `the URL has a parameter "${name}" already`),
      )
    const plain = { ...get(), scheme: 'http' }
    const signer = (protocol: 'https' | 'https,http') =>
      azureServiceSas({ key, permissions: 'r', expiresS: 3600, protocol })
    expect(() => sign(signer('https'), plain)).toThrow(
      withCode('MESSAGE_MALFORMED', 'azureServiceSas: "protocol" must be "https,http" for a URL of http'),
    )
    expect(sign(signer('https,http'), plain).target).toContain('spr=https%2Chttp')
  })
})

describe('letters of what a SAS permits', () => {
  const text = (...args: Parameters<typeof assertPermissions> extends [string, ...infer R] ? R : never): string =>
    textOf(() => assertPermissions('where', ...args))

  test('stand each once, in their order, except those whose place differs', () => {
    for (const [letters, kind] of [
      ['r', 'blob'],
      ['racwdl', 'blob'],
      ['xrtyf', 'blob'],
      ['irx', 'blob'],
      ['rcwdl', 'file'],
      ['raup', 'queue'],
      ['raud', 'table'],
      ['wr', 'account'],
      ['pucalyxdwr', 'account'],
    ] as const)
      expect(() => assertPermissions('where', letters, kind)).not.toThrow()
    for (const [letters, kind] of [
      ['', 'blob'],
      ['wr', 'blob'],
      ['rr', 'blob'],
      ['rxx', 'blob'],
      ['p', 'file'],
      ['ar', 'queue'],
      ['rz', 'account'],
      ['rr', 'account'],
    ] as const)
      expect(() => assertPermissions('where', letters, kind)).toThrow(
        withCode('CONFIG_INVALID', '"permissions" must be letters of'),
      )
  })

  test('are named in the refusal, with what was there in their place', () => {
    expect(text('read', 'queue')).toBe(
      'CONFIG_INVALID where: "permissions" must be letters of "raup", each once and in this order, such as "r" to read, got "read"',
    )
    expect(text('rr', 'account')).toBe(
      'CONFIG_INVALID where: "permissions" must be letters of "rwdxylacuptfi", each once, such as "r" to read, got "rr"',
    )
    for (const [word, got] of [
      ['z'.repeat(20), `"${'z'.repeat(20)}"`],
      ['z'.repeat(21), 'a string'],
      ['R', 'a string'],
      ['zR', 'a string'],
      ['Rz', 'a string'],
      [5, 'a number'],
      [undefined, 'nothing'],
    ] as const)
      expect(text(word, 'queue')).toMatch(new RegExp(`, got ${got}$`))
  })
})

describe('what a request states of its SAS', () => {
  const of = (values: Readonly<Record<string, string | undefined>>) => azureSasOf({ target: target(values) })

  test('is all of its parameters', () => {
    expect(of(BLOB)).toEqual({
      ...{ kind: 'service', permissions: 'r', version: '2022-11-02', resource: 'b', services: undefined },
      ...{ resourceTypes: undefined, tableName: undefined, startsMs: undefined, expiresMs: Date.parse(END) },
      ...{ ip: undefined, identifier: undefined, encryptionScope: undefined, users: undefined },
      keyRange: { spk: undefined, srk: undefined, epk: undefined, erk: undefined },
    })
    expect(
      of({
        ...ACCOUNT,
        st: '2026-01-02',
        sip: '10.0.0.1',
        si: 'p',
        ses: 's',
        tn: 't',
        spk: '1',
        srk: '2',
        epk: '3',
        erk: '4',
      }),
    ).toMatchObject({
      ...{ kind: 'account', services: 'b', resourceTypes: 'o', tableName: 't', startsMs: Date.parse('2026-01-02') },
      ...{
        ip: '10.0.0.1',
        identifier: 'p',
        encryptionScope: 's',
        keyRange: { spk: '1', srk: '2', epk: '3', erk: '4' },
      },
    })
    expect(of({ ...BLOB, ss: 'b' })?.kind).toBe('account')
    expect(of({ ...BLOB, srt: 'o' })?.kind).toBe('account')
    expect(of({ ...BLOB, sp: undefined })?.permissions).toBe('')
    const delegated = {
      ...{ skoid: '11111111-1111-1111-1111-111111111111', sktid: '22222222-2222-2222-2222-222222222222' },
      ...{ skt: '2026-09-21T00:00:00Z', ske: '2026-09-27T00:00:00Z', sks: 'b', skv: '2022-11-02' },
    }
    expect(
      of({
        ...BLOB,
        ...delegated,
        saoid: '33333333-3333-3333-3333-333333333333',
        scid: '44444444-4444-4444-4444-444444444444',
      })?.users,
    ).toEqual({
      ...{ issuedTo: delegated.skoid, tenant: delegated.sktid, authorized: '33333333-3333-3333-3333-333333333333' },
      ...{ unauthorized: undefined, boundTo: undefined, boundTenant: undefined },
      correlationId: '44444444-4444-4444-4444-444444444444',
    })
  })

  test('is nothing where there is none', () => {
    expect(of({ ...BLOB, sig: undefined })).toBeUndefined()
    expect(of({ ...BLOB, sv: undefined, se: undefined })).toBeUndefined()
    expect(of({ sig: SIG })).toBeUndefined()
    expect(azureSasOf({ target: '/photos/a.jpg' })).toBeUndefined()
    for (const request of [undefined, null, {}, { target: 5 }])
      expect(textOf(() => azureSasOf(request as never))).toContain(
        'ARGUMENT_INVALID azureSasOf: "request" must be a request with its target',
      )
  })

  test('is refused where it is none that the service would take', () => {
    for (const [values, code, text] of [
      [{ ...BLOB, sv: undefined }, 'AUTH_MALFORMED', 'parameter "sv" must be a version from 2015-04-05 on'],
      [{ ...BLOB, sv: '2015-04-04' }, 'AUTH_MALFORMED', '"sv" must be a version'],
      [{ ...BLOB, sv: '2022-11-02x' }, 'AUTH_MALFORMED', '"sv" must be a version'],
      [{ ...BLOB, sv: 'x2022-11-02' }, 'AUTH_MALFORMED', '"sv" must be a version'],
      [{ ...BLOB, srh: 'a' }, 'AUTH_MALFORMED', 'parameter "srh" must be of a user delegation SAS'],
      [
        { ...BLOB, sv: '2018-11-08', sr: 'd' },
        'AUTH_MALFORMED',
        'parameter "sr" must be of a version from 2018-11-09 on',
      ],
      [
        { ...BLOB, sv: '2020-12-05', ses: 's' },
        'AUTH_MALFORMED',
        'parameter "ses" must be of a version from 2020-12-06',
      ],
      [{ ...BLOB, se: undefined }, 'TIMESTAMP_MALFORMED', 'the SAS does not state its end'],
      [{ ...BLOB, se: 'x' }, 'TIMESTAMP_MALFORMED', 'parameter "se" must be a time in UTC'],
      [{ ...BLOB, st: 'x' }, 'TIMESTAMP_MALFORMED', 'parameter "st" must be a time in UTC'],
      [{ ...BLOB, si: 'x'.repeat(4097) }, 'AUTH_TOO_LARGE', 'parameter "si" is too long'],
    ] as const)
      expect(() => of(values)).toThrow(withCode(code, text))
    for (const values of [
      { ...BLOB, sv: '2015-04-05' },
      { ...BLOB, sv: '2018-11-09', sr: 'd' },
      { ...BLOB, sv: '2018-11-08', sr: undefined },
      ...['b', 'c', 'f', 's'].map((sr) => ({ ...BLOB, sv: '2018-11-08', sr })),
      { ...BLOB, sv: '2020-12-06', ses: 's' },
      { ...BLOB, si: 'x'.repeat(4096) },
    ])
      expect(() => of(values)).not.toThrow()
    expect(codeOf(() => azureSasOf({ target: `${target(BLOB)}&sp=r` }))).toBe('AUTH_DUPLICATE')
    expect(() => azureSasOf({ target: `${target(BLOB)}&a=1&a=2` })).not.toThrow()
  })

  test('has times of three lengths, each of which is one', () => {
    expect(
      ['2026-01-02', '2026-01-02T03:04Z', '2026-01-02T03:04:05Z'].map((one) => sasTimeText(sasTime('st', one))),
    ).toEqual(['2026-01-02T00:00:00Z', '2026-01-02T03:04:00Z', '2026-01-02T03:04:05Z'])
    for (const one of [
      '2026-02-31',
      '2026-01-02T24:00Z',
      '2026-01-02T03:04',
      '2026-01-02T03:04:05',
      '2026-1-2',
      'x2026-01-02',
      '2026-01-02T03:04:05Zx',
      '',
    ])
      expect(codeOf(() => sasTime('st', one))).toBe('TIMESTAMP_MALFORMED')
  })
})

describe('a verifier of SAS', () => {
  const read = (values: Readonly<Record<string, string | undefined>>, options: object = {}, request: object = {}) =>
    azureSasVerifier(options).parse({ ...get(), target: target(values), ...request } as HttpRequest)
  const refused = (...args: Parameters<typeof read>): unknown => thrownCode(() => read(...args).map((one) => one.base))

  test('reads what is signed, what it covers, and under which key', () => {
    expect(only(azureSasVerifier(), { ...get(), target: target(BLOB) })).toMatchObject({
      ...{ keyId: 'api', createdMs: undefined, expiresMs: Date.parse(END), nonce: undefined, reusable: true },
      ...{ covered: ['sv', 'spr', 'se', 'sr', 'sp'], covers: ['path', 'query-param:se'] },
      ...{ signature: new Uint8Array(32).fill(255), bodyDigests: [] },
      base: `r\n\n${END}\n/blob/api/photos/a.jpg\n\n\nhttps\n2022-11-02\nb\n\n\n\n\n\n\n`,
    })
    expect(only(azureSasVerifier(), { ...get(), target: target({ ...BLOB, st: '2026-01-02' }) })).toMatchObject({
      createdMs: Date.parse('2026-01-02'),
    })
    const covers = (values: Readonly<Record<string, string | undefined>>, path?: string): unknown => [
      ...(azureSasVerifier().parse({ ...get(), target: target(values, path) })[0]?.covers ?? []),
    ]
    expect(covers(ACCOUNT)).toEqual(['query-param:se'])
    expect(covers({ ...BLOB, sr: 'c' })).toEqual(['query-param:se'])
    for (const sr of ['bs', 'bv']) expect(covers({ ...BLOB, sr })).toEqual(['query-param:se', 'path'])
    expect(covers(BLOB, '/photos/a%20b')).toEqual(['query-param:se'])
  })

  test('states what no SAS can have, and what it sees to itself', () => {
    expect(stated(azureSasVerifier())).toMatchObject({
      id: 'azure-sas',
      weaknesses: ['bearer-url', 'no-method', 'no-query', 'no-body', 'no-authority', 'no-nonce'],
      demands: {
        require: ['query-param:se'],
        requireWithBody: [],
        requireNonce: false,
        algorithms: ['hmac-sha256'],
        untimed: true,
        untilExpires: true,
        maxLifetimeMs: 604_800_000,
      },
    })
  })

  test('reads no answer, and no request without one', () => {
    expect(azureSasVerifier().parse(httpResponse({ status: 200 }))).toEqual([])
    expect(azureSasVerifier().parse(get('/a?sig=x'))).toEqual([])
    expect(azureSasVerifier().parse(get('/a'))).toEqual([])
  })

  test('refuses one for another service, connection or place', () => {
    for (const [values, options, request] of [
      [{ ...ACCOUNT, ss: 'q' }, {}, {}],
      [{ ...ACCOUNT, sr: 'b' }, {}, {}],
      [{ ...BLOB, sr: 'f' }, {}, {}],
      [{ ...BLOB, sr: undefined }, {}, {}],
      [{ ...BLOB, tn: 't' }, {}, {}],
      [{ ...ACCOUNT, tn: 't' }, {}, {}],
      [{ ...ACCOUNT, ss: 't', tn: 't' }, { service: 'table' }, {}],
      [{ ...BLOB, ...DELEGATED, sks: 'q' }, {}, {}],
      [{ ...BLOB, ...DELEGATED, sr: 'f', sks: 'bf' }, { service: 'file' }, {}],
      [{ ...BLOB, sr: undefined }, { service: 'table' }, {}],
      [{ ...BLOB, sr: undefined, tn: 't' }, { service: 'table' }, {}],
      [{ ...BLOB, tn: 't' }, { service: 'table' }, {}],
      [{ ...BLOB, spr: 'http' }, {}, {}],
      [BLOB, {}, { scheme: 'http' }],
      [BLOB, {}, { authority: 'a_b.example.com' }],
      [BLOB, {}, { target: target(BLOB, '/') }],
      [BLOB, {}, { target: target({ ...BLOB, sr: 'c' }, '/') }],
      [BLOB, {}, { target: target({ ...BLOB, sr: 'd' }, '/photos/a') }],
      ...['0', 'x1', '1x', '1000'].map(
        (sdd) => [BLOB, {}, { target: target({ ...BLOB, sr: 'd', sdd }, '/photos/a') }] as const,
      ),
      [BLOB, {}, { target: target({ ...BLOB, sr: 'd', sdd: '2' }, '/photos/a') }],
      [BLOB, { service: 'file' }, { target: target({ ...BLOB, sr: 'f' }, '/share') }],
      [BLOB, { service: 'queue' }, { target: target({ ...BLOB, sr: undefined }, '/') }],
      [BLOB, { account: 'api', pathStyle: true }, { target: target(BLOB, '/other/photos/a.jpg') }],
    ] as ReadonlyArray<readonly [typeof BLOB, object, object]>)
      expect([values, options, request, refused(values, options, request)]).toEqual([
        values,
        options,
        request,
        'AUTH_MALFORMED',
      ])
    for (const [values, options] of [
      [{ ...ACCOUNT, ss: 'qb' }, {}],
      [ACCOUNT, {}],
      [{ ...BLOB, sr: undefined, tn: 'photos' }, { service: 'table' }],
      [{ ...BLOB, sr: undefined }, { service: 'queue' }],
      [{ ...BLOB, sr: 'f' }, { service: 'file' }],
      [{ ...BLOB, spr: undefined }, {}],
      [{ ...BLOB, spr: 'https,http' }, {}],
      // That of an account is for no table by its name.
      [{ ...ACCOUNT, ss: 't' }, { service: 'table' }],
      [{ ...BLOB, ...DELEGATED }, {}],
      [{ ...BLOB, ...DELEGATED, sks: 'qb' }, {}],
    ] as ReadonlyArray<readonly [typeof BLOB, object]>)
      expect([values, refused(values, options)]).toEqual([values, 'nothing thrown'])
    expect(refused({ ...BLOB, spr: 'https,http' }, {}, { scheme: 'http' })).toBe('nothing thrown')
    expect(refused({ ...BLOB, spr: undefined }, {}, { scheme: 'http' })).toBe('nothing thrown')
    expect(refused(BLOB, { account: 'api', pathStyle: true }, { target: target(BLOB, '/api/photos/a.jpg') })).toBe(
      'nothing thrown',
    )
  })

  test('leaves to its caller what it was told to', () => {
    for (const [check, values, text] of [
      ['ip', { sip: '10.0.0.1' }, 'the SAS is for some addresses, which are not looked at here'],
      ['identifier', { si: 'p' }, 'the SAS is for a stored access policy, which is not looked at here'],
    ] as const) {
      expect(() => read({ ...BLOB, ...values })).toThrow(withCode('AUTH_MALFORMED', text))
      expect(refused({ ...BLOB, ...values }, { callerChecks: [check] })).toBe('nothing thrown')
    }
    expect(textOf(() => azureSasVerifier({ callerChecks: ['x'] as never }))).toContain(
      '"callerChecks" must be a list of',
    )
    expect(textOf(() => azureSasVerifier({ callerChecks: 'ip' as never }))).toContain(
      '"callerChecks" must be a list of',
    )
    expect(textOf(() => azureSasVerifier({ account: 'A B' }))).toContain(
      'azureSasVerifier: "account" must be the name of an account',
    )
    expect(textOf(() => azureSasVerifier({ ip: true } as never))).toContain("did you mean callerChecks: ['ip']")
  })

  test('takes no credentials in a field beside it', () => {
    expect(refused(BLOB, {}, { fields: ['Authorization', 'Bearer x'] })).toBe('AUTH_DUPLICATE')
    expect(refused(BLOB, { callerChecks: ['boundTo'] }, { fields: ['Authorization', 'Bearer x'] })).toBe(
      'AUTH_DUPLICATE',
    )
  })
})

describe('a SAS for one user', () => {
  const bound = { ...BLOB, ...DELEGATED, sv: '2025-07-05', sduoid: '33333333-3333-3333-3333-333333333333' }
  const outcome = (...lines: readonly string[]): unknown =>
    thrownCode(() =>
      azureSasVerifier({ callerChecks: ['boundTo'] }).parse({
        ...get(),
        target: target(bound),
        fields: lines.flatMap((line) => ['Authorization', line]),
      }),
    )

  test('comes with one token in one field, and nothing around it', () => {
    for (const line of ['Bearer a.b.c', 'bearer x']) expect(outcome(line)).toBe('nothing thrown')
    for (const line of ['Basic a', 'x Bearer a', 'Bearer a b', 'Bearer', 'Bearer ', 'Bearer  a', ''])
      expect([line, outcome(line)]).toEqual([line, 'AUTH_MALFORMED'])
    expect(outcome()).toBe('AUTH_MALFORMED')
    expect(outcome('Bearer a', 'Bearer b')).toBe('AUTH_MALFORMED')
  })
})

describe('parts of a request that a SAS demands', () => {
  const values = (srh?: string, srq?: string): ReadonlyMap<string, string> =>
    new Map([
      ...(srh === undefined ? [] : [['srh', srh] as const]),
      ...(srq === undefined ? [] : [['srq', srq] as const]),
    ])
  const request = { ...get('/a?x=1&y=2&y=3'), fields: ['X-A', '1', 'x-b', '2', 'x-b', '3'] }

  test('are its fields and parameters by name', () => {
    expect(
      partTexts(
        [
          ['a', '1'],
          ['b', ''],
        ],
        [
          ['c', '2'],
          ['d', ''],
        ],
      ),
    ).toEqual(['a:1\nb:\n', '\nc:2\nd:'])
    expect(partsOf(request, values('x-a', 'X'))).toEqual(['x-a:1\n', '\nX:1'])
    expect(partsOf(request, values())).toEqual(['', ''])
    expect(partNames(values('x-a,X-B'), 'srh')).toEqual(['x-a', 'X-B'])
    for (const [srh, srq, code, text] of [
      ['x-c', undefined, 'AUTH_MALFORMED', 'the SAS is for requests with the field "x-c"'],
      ['x-b', undefined, 'HEADER_DUPLICATE', 'x-b'],
      [undefined, 'z', 'AUTH_MALFORMED', 'the SAS is for requests with the parameter "z"'],
      [undefined, 'y', 'AUTH_DUPLICATE', 'parameter "y" is repeated'],
    ] as const)
      expect(() => partsOf(request, values(srh, srq))).toThrow(withCode(code, text))
  })

  test('are at most 32 different names', () => {
    const names = (count: number): string => Array.from({ length: count }, (_, at) => `x${at}`).join(',')
    expect(partNames(values(names(32)), 'srh')).toHaveLength(32)
    for (const list of [names(33), 'a,A', '', 'a,', 'a:b', 'a b', 'x'.repeat(257)])
      expect(() => partNames(values(list), 'srh')).toThrow(
        withCode('AUTH_MALFORMED', 'parameter "srh" must be at most 32 different names with commas'),
      )
    expect(partNames(values('x'.repeat(256)), 'srh')).toHaveLength(1)
  })
})
