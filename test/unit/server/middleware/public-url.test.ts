import { describe, expect, it } from 'vitest'
import {
  type PublicUrlOptions,
  publicUrlReader,
  type SocketFacts,
} from '../../../../src/server/middleware/public-url.js'

const facts = (part: Partial<SocketFacts> = {}): SocketFacts => ({
  peer: '10.0.0.1',
  encrypted: false,
  fields: [],
  ...part,
})
const locate = (options: PublicUrlOptions, part?: Partial<SocketFacts>) => publicUrlReader(options).locate(facts(part))
const forwarded = [
  'X-Forwarded-Proto',
  'https',
  'X-Forwarded-Host',
  'api.example.com',
  'X-Forwarded-For',
  '203.0.113.9',
]
const trusting = { trustedProxies: ['10.0.0.0/8'], forwarded: 'x-forwarded' } as const

describe('publicUrlReader', () => {
  it('trusts the socket and nothing else, unless configured', () => {
    expect(locate({}, { fields: forwarded })).toEqual({ scheme: 'http', clientIp: '10.0.0.1' })
    expect(locate({}, { encrypted: true })).toEqual({ scheme: 'https', clientIp: '10.0.0.1' })
    expect(locate({ trustedProxies: ['10.0.0.0/8'] }, { fields: forwarded })).toEqual({
      scheme: 'http',
      clientIp: '203.0.113.9',
    })
  })

  it('takes the public origin over everything', () => {
    const told = { ...trusting, publicOrigin: 'https://API.example.com:8443' }
    expect(locate(told, { fields: forwarded.with(3, 'evil.example') })).toEqual({
      scheme: 'https',
      authority: 'api.example.com:8443',
      clientIp: '203.0.113.9',
    })
  })

  it('reads forwarded fields of a trusted proxy when configured to', () => {
    expect(locate(trusting, { fields: forwarded })).toEqual({
      scheme: 'https',
      authority: 'api.example.com',
      clientIp: '203.0.113.9',
    })
    expect(locate(trusting, { fields: [] })).toEqual({ scheme: 'http', clientIp: '10.0.0.1' })
    expect(locate(trusting, { fields: forwarded, peer: '192.0.2.1' })).toEqual({
      scheme: 'http',
      clientIp: '192.0.2.1',
    })
    expect(locate(trusting, { fields: forwarded, peer: undefined })).toEqual({ scheme: 'http', clientIp: undefined })
  })

  it.each([
    ['two hosts in one line', ['X-Forwarded-Host', 'api.example.com, evil.example']],
    ['two lines of hosts', ['X-Forwarded-Host', 'api.example.com', 'x-forwarded-host', 'api.example.com']],
    ['two lines of schemes', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Proto', 'http']],
    ['two schemes in one line', ['X-Forwarded-Proto', 'https,http']],
    ['an unknown scheme', ['X-Forwarded-Proto', 'HTTPS ']],
  ])('admits no host where a proxy says %s', (_what, fields) => {
    expect(locate(trusting, { fields }).authority).toBe('')
  })

  it.each([
    ['https', { scheme: 'https', clientIp: '10.0.0.1' }],
    ['http', { scheme: 'http', clientIp: '10.0.0.1' }],
  ])('takes the scheme %s alone, and then adds no host', (proto, expected) => {
    expect(locate(trusting, { encrypted: proto === 'http', fields: ['X-Forwarded-Proto', proto] })).toStrictEqual(
      expected,
    )
  })

  it('shows where the address of the client stood', () => {
    const source = (part: Partial<SocketFacts>) => publicUrlReader(trusting).trace(facts(part)).ipSource
    expect(source({ fields: forwarded })).toBe('xff:1')
    expect(source({ fields: [] })).toBe('socket')
    expect(source({ fields: forwarded, peer: '192.0.2.1' })).toBe('socket')
  })

  it('knows one way in which a proxy forwards, and refuses the name of another', () => {
    for (const other of ['forwarded', 'x-real-ip', '', null])
      expect(() => publicUrlReader({ ...trusting, forwarded: other as never })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('"forwarded"') }),
      )
  })

  it('the reader ignores other spellings', () => {
    const fields = ['X_Forwarded_For', '203.0.113.9', 'X_Forwarded_Host', 'evil.example', 'X-Real-IP', '203.0.113.9']
    expect(locate(trusting, { fields: [...fields, 'Forwarded', 'for=203.0.113.9;host=evil.example'] })).toEqual({
      scheme: 'http',
      clientIp: '10.0.0.1',
    })
  })

  it('puts the prefix before a path, and before nothing else', () => {
    const { target } = publicUrlReader({ publicPathPrefix: '/api/v1' })
    expect(target('/orders?x=/a')).toBe('/api/v1/orders?x=/a')
    // A target that names a host to the application: the verifier refuses it as it is.
    expect(target('//evil')).toBe('//evil')
    expect(target('http://h/orders')).toBe('http://h/orders')
    expect(target('*')).toBe('*')
    expect(publicUrlReader({}).target('/orders')).toBe('/orders')
  })

  it.each<PublicUrlOptions>([
    ...[
      '',
      'api.example.com',
      'ftp://a.example',
      'https://a.example/x',
      'https://a.example?x',
      'https://a.example/#',
      'https://u@a.example',
    ].map((publicOrigin) => ({ publicOrigin })),
    ...['/', '/a/', 'a', '//a', '/a//b', '/a/../b', '/.', '/a%2fb', '/a?b', '/a b', '/\u00fc'].map(
      (publicPathPrefix) => ({
        publicPathPrefix,
      }),
    ),
    ...['10.0.0.1/8', '0.0.0.0/0', 'loopback', ''].map((range) => ({ trustedProxies: [range] })),
    { trustedProxies: true as unknown as string[] },
    { forwarded: 'x-forwarded' },
    { forwarded: 'x-forwarded', trustedProxies: [] },
  ])('the reader refuses %j', (options) => {
    expect(() => publicUrlReader(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
