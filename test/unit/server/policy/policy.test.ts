import { describe, expect, test } from 'vitest'
import { component, coverLess, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import {
  createVerifier,
  noReplayProtection,
  staticKeys,
  strictPolicy,
  tradingPolicy,
} from '../../../../src/server/index.js'
import type { Policy, PolicyOptions } from '../../../../src/server/policy/policy.js'
import { withFields } from '../../../attacks/forge.js'
import { bot, get, HOST, sign, world } from '../../../attacks/world.js'
import { textOf } from '../../../expect-code.js'

const message = (call: () => unknown): string => {
  try {
    call()
    return 'nothing thrown'
  } catch (error) {
    return (error as Error).message
  }
}
const authorities = [HOST]
const judge = (policy: Partial<PolicyOptions>) => world({ replay: noReplayProtection, policy }).judge
const all = ['@method', '@authority', '@path', '@query'] as const
const parts = { keys: staticKeys([]), policy: strictPolicy({ authorities }), replay: noReplayProtection } as const

describe('a policy refuses what cannot be right, and says what to write', () => {
  test.each<readonly [string, object, RegExp]>([
    [
      'a misspelt word',
      { require: ['querry'] },
      /"require\[0\]" must be one of .*got "querry"; did you mean "query"\?/,
    ],
    ['a word in another case', { require: ['Method'] }, /did you mean "method"\?/],
    ['a word with a body', { requireWithBody: ['boddy'] }, /"requireWithBody\[0\]".*did you mean "body"\?/],
    ['a field in upper case', { require: ['field:Content-Type'] }, /did you mean "field:content-type"\?/],
    ['a field without its kind', { require: ['content-type'] }, /did you mean "field:content-type"\?/],
    ['a field of one word', { require: ['Date'] }, /did you mean "field:date"\?/],
    ['a field as a header', { requireWhenPresent: ['header:X-Account'] }, /did you mean "field:x-account"\?/],
    ['the host', { require: ['host'] }, /did you mean "authority"\?/],
    ['the host as a field', { require: ['header:host'] }, /did you mean "authority"\?/],
    ['the URL', { require: ['url'] }, /did you mean "path" and "query"\?/],
    ['a digest', { requireWithBody: ['content-digest'] }, /did you mean "body"\?/],
    ['the nonce', { require: ['nonce'] }, /did you mean the option requireNonce: true\?/],
    ['a component with quotes', { require: ['"@authority"'] }, /did you mean "authority"\?/],
    ['a member without quotes', { require: ['field:x-a;key=day'] }, /did you mean 'field:x-a;key="day"'\?/],
    ['any member', { require: ['header:X-A;key=any'] }, /did you mean "field:x-a;key=\*"\?/],
    ['a parameter', { require: ['@query-param;name="Sym"'] }, /did you mean "query-param:Sym"\?/],
    ['what only a response has', { require: ['status'] }, /"require\[0\]" must be one of/],
    ['what only a response can bind', { require: ['request:@method'] }, /did you mean "method"\?/],
    ['no text', { require: [5] }, /"require\[0\]" must be one of .* got a number$/],
    [
      'a content coding that is none',
      { contentCodings: ['gzp'] },
      /"contentCodings\[0\]" must be .*; did you mean "gzip"\?/,
    ],
    ['a content coding in capitals', { contentCodings: ['GZIP'] }, /"contentCodings\[0\]" .*; did you mean "gzip"\?/],
    [
      'a field that is none',
      { methodOverrideFields: ['X Method'] },
      /"methodOverrideFields\[0\]" must be a field name/,
    ],
    [
      'an algorithm that is none',
      { algorithms: ['ed25591'] },
      /"algorithms\[0\]" must be .*; did you mean "ed25519"\?/,
    ],
    ['a component of RFC 9421', { require: ['@method'] }, /did you mean "method"\?/],
    ['no list', { require: 'method' }, /"require" must be an array, got a string/],
    ['an empty list', { require: [] }, /"require" must name at least one component/],
    [
      'an origin',
      { authorities: ['https://api.example.com'] },
      /"authorities\[0\]" must be a host name .*write "api\.example\.com"/,
    ],
    ['an origin with a port', { authorities: ['https://api.example.com:443/'] }, /write "api\.example\.com"/],
    ['a path', { authorities: ['api.example.com/v1'] }, /"authorities\[0\]"/],
    [
      'an origin with a path',
      { authorities: ['https://api.example.com:8443/v1'] },
      /write "api\.example\.com:8443", got a URL/,
    ],
    [
      'a host with a path',
      { authorities: ['api.example.com/v1'] },
      /write "api\.example\.com", got a name with a path/,
    ],
    ['a port that is none', { authorities: ['api.example.com:99999'] }, /"authorities\[0\]" .*got a port that is none/],
    ['a port of 0', { authorities: ['api.example.com:0'] }, /got a port that is none/],
    [
      'a port without a number',
      { authorities: ['api.example.com:'] },
      /write "api\.example\.com", got a port that is none/,
    ],
    [
      'credentials',
      { authorities: ['user:hunter2@api.example.com'] },
      /write "api\.example\.com", got a name with credentials$/,
    ],
    [
      'a URL behind a blank',
      { authorities: [' https://api.example.com'] },
      /write "api\.example\.com", got a name with a path/,
    ],
    ['a URL inside a name', { authorities: ['x y https://h'] }, /write "api\.example\.com", got a name with a path/],
    ['a port with a letter behind', { authorities: ['api.example.com:80x'] }, /got other characters$/],
    ['a port inside', { authorities: ['a:8443:b'] }, /got other characters$/],
    ['an empty name', { authorities: [''] }, /write "api\.example\.com", got an empty string$/],
    ['a port that begins like a default one', { authorities: ['api.example.com:99999x'] }, /got other characters$/],
    ['an address with a port', { authorities: ['2001:db8::1'] }, /write "\[2001:db8::1\]"/],
    ['hexadecimal digits that are no address', { authorities: ['a:b:c.example'] }, /write "api\.example\.com"/],
    [
      'no list, and no text',
      { authorities: 5 },
      /"authorities" must be an array with at least one host name of this server, got a number$/,
    ],
    ['a coding with a blank', { contentCodings: ['gzip '] }, /"contentCodings\[0\]" must be .*; did you mean "gzip"\?/],
    ['a coding between blanks', { contentCodings: ['    gzip    '] }, /; did you mean "gzip"\?/],
    ['codings of which one is none', { contentCodings: ['gzip, GZIP'] }, /"contentCodings\[0\]" must be /],
    ['a field name before a blank', { methodOverrideFields: ['x-verb '] }, /must be a field name in lower case/],
    ['a long coding', { contentCodings: ['X'.repeat(100)] }, /, got "X{64}"$/],
    ['a coding that is nearly one', { contentCodings: ['gzipp'] }, /did you mean "gzip"\?/],
    ['a coding that is no text', { contentCodings: [5] }, /"contentCodings\[0\]" must be .*, got a number$/],
    ['codings that are no list', { contentCodings: 'gzip' }, /"contentCodings" must be an array, got a string/],
    [
      'a field name in capitals',
      { methodOverrideFields: ['X-Verb'] },
      /must be a field name in lower case, got "X-Verb"$/,
    ],
    ['no algorithms', { algorithms: [] }, /"algorithms" must name at least one/],
    ['select as text', { select: 'sig1' }, /select/],
    ['null for a store', { perScheme: { rfc9421: { untimed: null } } }, /"untimed" must be a store.* got null/],
    ['a fraction', { maxAgeMs: 1_000.5 }, /"maxAgeMs" must be an integer from 1000 to \d+, got 1000\.5/],
    ['less than a second', { maxAgeMs: 999 }, /"maxAgeMs" must be an integer from 1000/],
    ['a future in seconds', { maxFutureMs: 5 }, /"maxFutureMs" must be milliseconds, 0 or at least 100, got 5/],
    [
      'a future beyond the age',
      { maxAgeMs: 5_000, maxFutureMs: 5_001 },
      /"maxFutureMs" must be an integer from 0 to 5000/,
    ],
    ['spaces', { authorities: [' api.example.com '] }, /write "api\.example\.com", got other characters/],
    ['a final dot', { authorities: ['api.example.com.'] }, /write "api\.example\.com"/],
    ['an address without brackets', { authorities: ['::1'] }, /write "\[::1\]"/],
    ['a name beyond ASCII', { authorities: ['bücher.example'] }, /write "xn--bcher-kva\.example"/],
    ['an address in eight parts', { authorities: ['1:2:3:4:5:6:7:8'] }, /write "\[1:2:3:4:5:6:7:8\]"/],
    ['an address that holds another', { authorities: ['::ffff:192.0.2.1'] }, /write "\[::ffff:c000:201\]"/],
    ['an address between spaces', { authorities: [' ::1 '] }, /write "\[::1\]"/],
    ['a URL between spaces', { authorities: [' https://eu.example.com '] }, /write "eu\.example\.com"/],
    ['a path that ends like an address', { authorities: ['eu.example.com:8443/::1'] }, /write "eu\.example\.com:8443"/],
    [
      'credentials that begin like an address',
      { authorities: ['ab:cd:ef@eu.example.com'] },
      /write "eu\.example\.com", got a name with credentials$/,
    ],
    ['a URL with the other default port', { authorities: ['http://eu.example.com:80/'] }, /write "eu\.example\.com"/],
    ['a URL behind a digit', { authorities: ['1http://eu.example.com'] }, /write "1http", got a name with a path$/],
    ['a long name', { authorities: [`${'a.'.repeat(200)}b/x`] }, /write "(?:a\.){149}a", got a name with a path$/],
    ['a wildcard', { authorities: ['*.example.com'] }, /there are no wildcards/],
    [
      'no list of authorities',
      { authorities: 'https://api.example.com' },
      /got a string: write \["api\.example\.com"\]/,
    ],
    ['no text in authorities', { authorities: [5] }, /"authorities\[0\]" .* got a number/],
    ['no authority', { authorities: [] }, /"authorities" must be an array with at least one host name/],
    [
      'a default port',
      { authorities: ['api.example.com:443'] },
      /must not state a default port: it is never compared, write "api\.example\.com"/,
    ],
    ['text for a number', { maxAgeMs: '300000' }, /"maxAgeMs" must be an integer from 1000 to \d+, got a string/],
    ['text for true', { requireNonce: 'no' }, /"requireNonce" must be true or false, got a string/],
    ['text for true, of the end', { requireExpires: 1 }, /"requireExpires" must be true or false, got a number/],
    ['a presence of what is no field', { requireWhenPresent: ['body'] }, /"requireWhenPresent" must name fields/],
    ['an algorithm', { algorithms: ['sha256'] }, /"algorithms\[0\]" must be a supported algorithm, got "sha256"/],
    ['a member of select', { select: { lable: 'sig1' } }, /unknown option "lable"; did you mean "label"\?/],
    ['an empty select', { select: {} }, /"select" must name a label or tag/],
    ['a label that is no text', { select: { label: 5 } }, /"select": "label" must be a text, got a number$/],
    ['a tag that is no text', { select: { label: 'a', tag: null } }, /"select": "tag" must be a text, got null$/],
    [
      'a select of what is undefined',
      { select: { label: undefined, tag: undefined } },
      /"select" must name a label or tag/,
    ],
    [
      'a scheme’s word',
      { perScheme: { rfc9421: { require: ['querry'] } } },
      /"perScheme" of "rfc9421": "require\[0\]"/,
    ],
    ['a scheme’s untimed', { perScheme: { rfc9421: { untimed: true } } }, /"untimed" must be a store/],
  ])('a policy is refused with %s', (_, options, expected) => {
    expect(message(() => strictPolicy({ authorities, ...options } as PolicyOptions))).toMatch(expected)
    // A policy that no preset made is held to the same.
    const made = { ...strictPolicy({ authorities }), ...options } as Policy
    expect(message(() => createVerifier({ ...parts, schemes: [rfc9421Verifier()], policy: made }))).toMatch(expected)
  })

  test('hosts with a port, addresses and codings of registries and others are taken', () => {
    const made = strictPolicy({
      authorities: [
        'API.example.com',
        'api.example.com:8080',
        '[2001:db8::1]:8443',
        '[2001:0:0::1]',
        'a_b.internal',
        'h:65535',
        '10.0.0.1',
      ],
      contentCodings: ['gzip', 'snappy', 'aws-chunked, gzip', 'aws-chunked,gzip'],
      maxAgeMs: 1_000,
      maxFutureMs: 1_000,
    })
    expect(made.authorities[0]).toBe('api.example.com')
  })

  test.each<readonly [string, object, RegExp]>([
    [
      'a bare list of limits',
      { limits: { peer: { take: () => {} } } },
      /"limits" must be rateLimits\(.*\), got an object$/,
    ],
    ['null for limits', { limits: null }, /"limits" must be rateLimits\(.*\), got null$/],
    ['a clock', { clock: {} }, /"clock" must be a clock with now\(\), got an object/],
    ['a Map in place of a source', { keys: new Map() }, /"keys" must be a key source with get\(\), .* got a Map$/],
    [
      'an empty policy',
      { policy: {} },
      /^policy must be made by strictPolicy\(\{ authorities: .* got an object without "maxAgeMs"$/,
    ],
    [
      'a policy by hand that lacks something',
      { policy: { ...strictPolicy({ authorities: ['api.example.com'] }), requireNonce: undefined } },
      /^policy must be made by strictPolicy.* without "requireNonce"$/,
    ],
    ['a source', { keys: {} }, /"keys" must be a key source with get\(\)/],
    ['no policy', { policy: undefined }, /"policy" must be made by strictPolicy/],
    ['no store', { replay: {} }, /"replay" must be a replay store/],
    ['a time without a unit', { storeTimeoutMs: 0 }, /"storeTimeoutMs" must be an integer from 1 to 600000/],
    ['a time too long', { storeTimeoutMs: 600_001 }, /"storeTimeoutMs" must be an integer from 1 to 600000/],
    ['a scheme without a parser', { schemes: [{ id: 'x' }] }, /"schemes\[0\]" must be a scheme with parse\(\)/],
    ['a scheme without an id', { schemes: [{ parse: () => [] }] }, /"schemes\[0\]" must be a scheme with parse\(\)/],
    ['null for a scheme', { schemes: [null] }, /"schemes\[0\]" must be a scheme with parse\(\), .* got null/],
    ['a function without a name', { schemes: [() => {}] }, /got a function: call it, scheme\(\)$/],
    [
      'a function of a computed name',
      { schemes: [Object.defineProperty(() => {}, 'name', { value: 'rfc 9421' })] },
      /got a function: call it, scheme\(\)$/,
    ],
  ])('a verifier refuses %s by name', (_, options, expected) => {
    const all = { ...parts, schemes: [rfc9421Verifier()], ...options } as never
    expect(message(() => createVerifier(all))).toMatch(expected)
  })

  test('limits that are undefined are left out, and the bounds of a deadline are taken', () => {
    for (const options of [{ limits: undefined }, { storeTimeoutMs: 1 }, { storeTimeoutMs: 600_000 }])
      expect(() => createVerifier({ ...parts, schemes: [rfc9421Verifier()], ...options } as never)).not.toThrow()
  })

  test('a refusal names the code of a verdict and a reason, and a context is an object of its own names', async () => {
    const verifier = createVerifier({ ...parts, schemes: [rfc9421Verifier()] })
    const refuse = (...asked: unknown[]) => message(() => verifier.refuse(get(), ...(asked as [never, never])))
    expect(refuse('SCOPE_DENYED', 'x')).toMatch(/"code" must be .* got a string; did you mean "SCOPE_DENIED"\?/)
    expect(refuse('', 'x')).toMatch(/"code" must be the code of a verdict .* got an empty string$/)
    expect(refuse(5, 'x')).toMatch(/"code" must be the code of a verdict .* got a number$/)
    expect(refuse('toString', 'x')).toMatch(/"code" must be the code of a verdict/)
    expect(refuse('SCOPE_DENIED', 5)).toMatch(/"detail" must be a string, got a number/)
    expect(refuse('SCOPE_DENIED', undefined)).toMatch(/"detail" must be a string, got nothing/)
  })

  test('a member that is undefined is one that was left out', () => {
    expect(strictPolicy({ authorities, maxAgeMs: undefined } as never).maxAgeMs).toBe(300_000)
  })

  test.each<readonly [string, unknown, RegExp]>([
    [
      'a scheme that was not called',
      [rfc9421Verifier],
      /"schemes\[0\]" must be a scheme, got a function: call it, rfc9421Verifier\(\)/,
    ],
    ['something else', [{}], /"schemes\[0\]" must be a scheme with parse\(\)/],
    ['none', [], /"schemes" must be an array with at least one scheme/],
    ['no list', rfc9421Verifier(), /"schemes" must be an array/],
  ])('a policy refuses %s in place of schemes', (_, schemes, expected) => {
    expect(message(() => createVerifier({ ...parts, schemes: schemes as never }))).toMatch(expected)
  })

  test('types refuse them, too', () => {
    // @ts-expect-error the option is maxAgeMs
    expect(() => strictPolicy({ authorities, maxAge: 1 })).toThrow()
    // @ts-expect-error the word is query
    expect(() => strictPolicy({ authorities, require: ['querry'] })).toThrow()
    // @ts-expect-error it must be called
    expect(() => createVerifier({ ...parts, schemes: [rfc9421Verifier] })).toThrow()
  })
})

test.each([undefined, null, HOST, 5])(
  '%o in place of the options of a preset is refused with what they are',
  (options) => {
    for (const preset of [strictPolicy, tradingPolicy])
      expect(textOf(() => preset(options as never))).toMatch(new RegExp(`^CONFIG_INVALID ${preset.name}`))
  },
)

test('a signature is selected by a label, by a tag, or by both', () => {
  for (const select of [{ label: 'a' }, { tag: 'b' }, { label: 'a', tag: 'b' }])
    expect(strictPolicy({ authorities, select }).select).toEqual(select)
  const undefinedTag = { label: 'a', tag: undefined } as unknown as { label: string }
  expect(strictPolicy({ authorities, select: undefinedTag }).select).toEqual(undefinedTag)
})

test('a policy by hand without the members that ask for more asks for nothing more', () => {
  const { requireWhenPresent, requireExpires, perScheme, ...policy } = strictPolicy({ authorities })
  const { policy: made } = createVerifier({ ...parts, schemes: [rfc9421Verifier()], policy: policy as Policy })
  expect(made).toMatchObject({ requireWhenPresent: [], requireExpires: false, perScheme: {} })
})

describe('what a policy can demand besides', () => {
  test.each([strictPolicy, tradingPolicy])('is added to what the preset demands: %o', async (preset) => {
    const plain = preset({ authorities })
    const more = preset({
      authorities,
      require: ['field:x-account', 'path'],
      requireWithBody: ['field:content-type'],
      methodOverrideFields: ['x-verb'],
    })
    expect(more.require).toEqual([...plain.require, 'field:x-account'])
    expect(more.requireWithBody).toEqual(['body', 'field:content-type'])
    expect(more.methodOverrideFields).toEqual([...plain.methodOverrideFields, 'x-verb'])
    const { judge: ask } = world({ replay: noReplayProtection, policy: { require: ['field:x-account'] } })
    const thin = await sign(get('/a', 'X-Account', '7'), { components: ['x-account'], [coverLess]: true })
    expect(await ask({ ...thin, target: '/everything?x=1' })).toBe('COMPONENT_MISSING')
    expect(await ask(await sign(get('/a', 'X-Account', '7'), { components: [...all, 'x-account'] }))).toBe('ok')
    // Less than a preset is written by hand, where it can be seen.
    const less = createVerifier({ ...parts, schemes: [rfc9421Verifier()], policy: { ...plain, require: ['query'] } })
    expect(less.policy.require).toEqual(['query'])
  })

  test.each(['require', 'requireWithBody', 'methodOverrideFields'])(
    'an empty "%s" is no way to demand less',
    (name) => {
      expect(message(() => strictPolicy({ authorities, [name]: [] }))).toContain(`"${name}" must name`)
      expect(message(() => strictPolicy({ authorities, [name]: [] }))).not.toContain('undefined')
    },
  )

  test('an end of the signature', async () => {
    const ask = judge({ requireExpires: true })
    expect(await ask(await sign(get()))).toBe('TIMESTAMP_MALFORMED')
    expect(await ask(await sign(get(), { expiresInMs: 30_000 }))).toBe('ok')
    expect(await judge({})(await sign(get()))).toBe('ok')
    const { verifier } = world({ policy: { requireExpires: true } })
    expect(verifier.challenges[0]?.value).toContain(';created;expires;nonce;keyid')
  })

  test('a field that must be covered where it is there', async () => {
    const ask = judge({ requireWhenPresent: ['field:x-account'] })
    const signed = await sign(get())
    expect(await ask(signed)).toBe('ok')
    expect(await ask(withFields(signed, 'X-Account', '7'))).toBe('COMPONENT_MISSING')
    const covering = await sign(get('/v1', 'X-Account', '7'), { whenPresent: ['x-account'], [coverLess]: true })
    expect(await ask(covering)).toBe('ok')
  })

  const member = component('x-limits', { key: 'day' })

  test('a policy can demand a member of a dictionary field, covered by itself or with the whole field', async () => {
    const ask = judge({ require: ['field:x-limits;key="day"'] })
    const request = get('/v1', 'X-Limits', 'day=5, hour=1')
    expect(await ask(await sign(request))).toBe('COMPONENT_MISSING')
    const one = await sign(request, { components: [...all, member] })
    expect(await ask(one)).toBe('ok')
    expect(await ask({ ...one, fields: one.fields.map((text) => text.replace('day=5', 'day=6')) })).toBe(
      'SIGNATURE_INVALID',
    )
    // Another member is not what the signature is over.
    expect(await ask({ ...one, fields: one.fields.map((text) => text.replace('hour=1', 'hour=2')) })).toBe('ok')
    expect(await ask(await sign(request, { components: [...all, 'x-limits'] }))).toBe('ok')
    // The last one is signed (RFC 9651 4.2.2), and a hop can put another before it without changing the signature base.
    for (const [from, to] of [
      ['day=5', 'day=9, day=5'],
      ['day=5', 'day;a=0;a, day=5'],
      ['day=5, hour=1', 'day=9, hour=1, day=5'],
    ] as const)
      expect(await ask({ ...one, fields: one.fields.map((text) => text.replace(from, to)) })).toBe('HEADER_DUPLICATE')
    expect(await ask({ ...one, fields: ['x-limits', 'day=9', ...one.fields] })).toBe('HEADER_DUPLICATE')
    expect(await ask({ ...one, fields: ['x-limits', 'hour=9, hour=1', ...one.fields] })).toBe('ok')
    const parameter = await sign(get('/v1', 'X-Limits', 'day=5;a=1'), { components: [...all, member] })
    const doubled = parameter.fields.map((text) => text.replace(';a=1', ';a=0;a=1'))
    expect(await ask({ ...parameter, fields: doubled })).toBe('HEADER_DUPLICATE')
    const without = get('/v1', 'X-Limits', 'hour=1')
    expect(await ask(await sign(without, { components: [...all, 'x-limits'] }))).toBe('COMPONENT_MISSING')
    expect(await ask(await sign(request, { components: [...all, component('x-limits', { key: 'hour' })] }))).toBe(
      'COMPONENT_MISSING',
    )
  })

  test('any member of a dictionary field, and the refusal names what is asked for', async () => {
    const ask = judge({ require: ['field:x-limits;key=*'] })
    const request = get('/v1', 'X-Limits', 'day=5, hour=1')
    expect(await ask(await sign(request))).toBe('COMPONENT_MISSING')
    expect(await ask(await sign(request, { components: [...all, member] }))).toBe('ok')
    expect(await ask(await sign(request, { components: [...all, component('x-limits', { key: 'hour' })] }))).toBe('ok')
    expect(await ask(await sign(request, { components: [...all, 'x-limits'] }))).toBe('ok')
    const require = ['field:x-limits;key=*', 'field:x-a;bs'] as const
    const policy = strictPolicy({ authorities, require })
    const verifier = createVerifier({ ...parts, schemes: [rfc9421Verifier()], policy })
    const verdict = await verifier.verify(await sign(request))
    expect(!verdict.ok && verdict.detail).toBe('the signature does not cover the field:x-limits;key=*')
    // "Any member" cannot be asked for, so it is the one that has the name of the signature.
    expect(verifier.challenges[0]?.value).toContain('"x-limits";key="sig1" "x-a";bs')
  })

  test('a member of a dictionary field where it is there', async () => {
    const ask = judge({ requireWhenPresent: ['field:x-limits;key="day"'] })
    const signed = await sign(get())
    expect(await ask(signed)).toBe('ok')
    expect(await ask(withFields(signed, 'X-Limits', 'hour=1'))).toBe('ok')
    expect(await ask(withFields(signed, 'X-Limits', 'hour=1, day=9'))).toBe('COMPONENT_MISSING')
    // What does not parse may hold anything.
    expect(await ask(withFields(signed, 'X-Limits', 'day=('))).toBe('COMPONENT_MISSING')
    expect(await ask(await sign(get('/v1', 'X-Limits', 'day=5'), { components: [...all, member] }))).toBe('ok')
  })

  test('a policy can demand one parameter of the query', async () => {
    const ask = judge({ perScheme: { rfc9421: { require: ['method', 'authority', 'path', 'query-param:symbol'] } } })
    const covering = (name: string) =>
      sign(get('/v1?symbol=BTC&page=1'), {
        components: ['@method', '@authority', '@path', component('@query-param', { name })],
        [coverLess]: true,
      })
    expect(await ask(await covering('page'))).toBe('COMPONENT_MISSING')
    const one = await covering('symbol')
    expect(await ask(one)).toBe('ok')
    expect(await ask({ ...one, target: '/v1?symbol=BTC&page=2' })).toBe('ok')
    expect(await ask({ ...one, target: '/v1?symbol=ETH&page=1' })).toBe('SIGNATURE_INVALID')
    expect(await ask(await sign(get()))).toBe('ok')
  })

  test('asks for what it demands', () => {
    const { verifier } = world({
      records: [{ key: bot }],
      policy: {
        perScheme: { rfc9421: { require: ['method', 'query-param:symbol', 'field:x-limits;key="day"'] } },
        requireWhenPresent: ['field:content-type', 'field:x;key="a"'],
        requireNonce: false,
        select: { label: 'mine', tag: 'orders' },
      },
    })
    expect(verifier.challenges).toEqual([
      {
        field: 'Accept-Signature',
        value:
          'mine=("@method" "@query-param";name="symbol" "x-limits";key="day" "content-digest" "content-type");created;keyid;tag="orders"',
      },
    ])
  })
})

test('a policy has lists of its own, and none of them can be written to', async () => {
  const require: Policy['require'][number][] = ['method', 'authority', 'path', 'query']
  const rules = { require: ['method' as const, 'path' as const] }
  const policy = strictPolicy({ authorities, require, perScheme: { rfc9421: rules } })
  const verifier = createVerifier({ ...parts, schemes: [rfc9421Verifier()], policy })
  require.length = 0
  rules.require.length = 0
  for (const one of [policy, verifier.policy]) {
    expect([one.require.length, one.perScheme['rfc9421']?.require?.length]).toEqual([4, 2])
  }
  // The lists of a preset are those of every later policy.
  for (const list of Object.values(strictPolicy({ authorities })).filter(Array.isArray))
    expect(() => list.push('x')).toThrow(TypeError)
})
