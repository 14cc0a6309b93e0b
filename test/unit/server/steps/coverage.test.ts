import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import type { LastingCoverage } from '../../../../src/schemes/scheme/coverage-met.js'
import type { Coverage } from '../../../../src/schemes/scheme.js'
import type { Policy } from '../../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import {
  assertBodyCovered,
  assertBodyFits,
  assertCovers,
  hasBody,
  uncoveredBody,
} from '../../../../src/server/steps/coverage.js'
import { assertUnambiguous } from '../../../../src/server/steps/unambiguous.js'

const plain: HttpRequest = {
  method: 'GET',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/v1',
  fields: [],
  body: null,
}
const strict = strictPolicy({
  authorities: ['api.example.com'],
  contentCodings: ['identity', 'gzip'],
  methodOverrideFields: ['x-verb'],
  maxBodyBytes: 10,
  maxStreamBytes: 20,
})
const policy = (parts: Partial<Policy>): Policy => ({ ...strict, require: [], requireWithBody: [], ...parts })
const covers = (...facts: readonly Coverage[]): ReadonlySet<Coverage> => new Set(facts)
const bytes = (length: number): Uint8Array => new Uint8Array(length)
async function* stream(): AsyncGenerator<Uint8Array> {
  yield bytes(1)
}

/** The code and the text of a refusal, `ok` without one. */
function refusalOf(check: () => void): string {
  try {
    check()
    return 'ok'
  } catch (error) {
    return isCountersignError(error) ? `${error.code}: ${error.message}` : `a bug: ${String(error)}`
  }
}

describe('a request that two programs could read differently is refused before it is parsed', () => {
  const CHARACTER = 'TARGET_MALFORMED: the request target holds a character that may not stand there'
  const FORM = 'TARGET_MALFORMED: the request target is neither a path, an absolute URI nor "*"'
  const METHOD = 'METHOD_MALFORMED: the method is not an upper-case token'
  const coding = (text: string) => `CONTENT_ENCODING_UNSUPPORTED: the content coding "${text}" is not in the policy`
  const fields = (...lines: readonly string[]): Partial<HttpRequest> => ({ fields: lines })
  test.each<readonly [string, Partial<HttpRequest>, string]>([
    ['a plain one', {}, 'ok'],
    ['a method of 64 characters', { method: 'M'.repeat(64) }, 'ok'],
    ['a method of 65 characters', { method: 'M'.repeat(65) }, METHOD],
    ['a method that starts in lower case', { method: 'gET' }, METHOD],
    ['a method that ends in lower case', { method: 'GEt' }, METHOD],
    ['no method', { method: '' }, METHOD],
    ['no target', { target: '' }, CHARACTER],
    ['a space', { target: '/a b' }, CHARACTER],
    ['a tab', { target: '/a\t' }, CHARACTER],
    ['a fragment', { target: '/a#b' }, CHARACTER],
    ['a backslash', { target: '/a\\b' }, CHARACTER],
    ['a character beyond ASCII', { target: '/\u00e4' }, CHARACTER],
    ['a delete character', { target: '/\u007f' }, CHARACTER],
    ['the first and last characters that may stand there', { target: '/!"$[]~' }, 'ok'],
    ['two slashes further on', { target: '/a//b' }, 'ok'],
    ['the asterisk form', { target: '*' }, 'ok'],
    ['two asterisks', { target: '**' }, FORM],
    ['an authority as target', { target: 'api.example.com:443' }, FORM],
    ['an absolute form of this host', { target: 'https://API.example.com:443/v1' }, 'ok'],
    ['a coding of the policy', fields('Content-Encoding', 'GZIP'), 'ok'],
    ['a coding that is not in the policy', fields('Content-Encoding', 'br'), coding('br')],
    ['two codings, each in the policy', fields('content-encoding', 'gzip, identity'), coding('gzip,?identity')],
    ['any other field twice', fields('x-verb', 'a', 'x-verb', 'b', 'a'.repeat(18), '', 'a'.repeat(18), ''), 'ok'],
    ['a name of field in two values', fields('x-a', 'host', 'x-b', 'host'), 'ok'],
    ['two different fields of those', fields('host', 'a', 'date', 'b', 'content-type', 'c'), 'ok'],
  ])('the verdict is right for %s', (_, parts, expected) => {
    expect(refusalOf(() => assertUnambiguous({ ...plain, ...parts }, strict))).toBe(expected)
  })

  test.each([
    'authorization',
    'host',
    'content-length',
    'content-type',
    'content-encoding',
    'date',
    'transfer-encoding',
  ])('two lines of %s, however they are written', (name) => {
    const code = name === 'authorization' ? 'AUTH_DUPLICATE' : 'HEADER_DUPLICATE'
    for (const [first, second] of [
      [name, name],
      [name.toUpperCase(), name],
      [name, `${name[0]?.toUpperCase()}${name.slice(1)}`],
    ] as const)
      expect(
        refusalOf(() => assertUnambiguous({ ...plain, fields: [first, 'gzip', 'x-a', '', second, 'gzip'] }, strict)),
      ).toBe(`${code}: field "${name}" is repeated`)
  })

  test('the host must be one of the policy, without the default port and in any case', () => {
    const judge = (parts: Partial<HttpRequest>) => refusalOf(() => assertUnambiguous({ ...plain, ...parts }, strict))
    expect(judge({ authority: 'API.example.com:443' })).toBe('ok')
    expect(judge({ authority: 'api.example.com:80' })).toMatch(/^HOST_MISMATCH/)
    expect(judge({ authority: 'api.example.com:80', scheme: 'http' })).toBe('ok')
    expect(judge({ target: 'http://api.example.com:80/v1' })).toBe('ok')
    expect(judge({ target: 'http://api.example.com:443/v1' })).toMatch(/^HOST_MISMATCH: the target names another host/)
  })

  test('a refusal names eight hosts of the policy, and how many more there are', () => {
    const hosts = Array.from({ length: 9 }, (_, i) => `h${i}.example`)
    const detail = (count: number) =>
      refusalOf(() => assertUnambiguous(plain, { ...strict, authorities: hosts.slice(0, count) }))
    const eight = `allows ${hosts
      .slice(0, 8)
      .map((host) => `"${host}"`)
      .join(', ')}`
    expect(detail(8).endsWith(eight)).toBe(true)
    expect(detail(9).endsWith(`${eight} and 1 more`)).toBe(true)
    const shown = (authority: string) => refusalOf(() => assertUnambiguous({ ...plain, authority }, strict))
    expect(shown(`${'x'.repeat(128)}yz`)).toContain(`host "${'x'.repeat(128)}",`)
    expect(shown('')).toContain('for the host none,')
    expect(shown('a b\u007f!~')).toContain('host "a?b?!~",')
  })
})

describe('whether a request has content', () => {
  test.each<readonly [string, Partial<HttpRequest>, boolean]>([
    ['nothing', {}, false],
    ['an empty body that was read', { body: bytes(0), fields: ['content-length', '5'] }, false],
    ['a body that was read', { body: bytes(1), fields: ['content-length', '0'] }, true],
    ['a transfer coding', { fields: ['Transfer-Encoding', 'chunked'] }, true],
    ['a transfer coding counts before a length', { fields: ['content-length', '0', 'transfer-encoding', 'x'] }, true],
    ['a length', { fields: ['Content-Length', '5'] }, true],
    ['a length that ends in a zero', { fields: ['content-length', '10'] }, true],
    ['a length that starts with a zero', { fields: ['content-length', '01'] }, true],
    ['a length of zero', { fields: ['content-length', '0'], body: stream() }, false],
    ['a length of zeros', { fields: ['content-length', '000'] }, false],
    ['a length that is none may be any', { fields: ['content-length', ''] }, true],
    ['a stream without a length', { body: stream() }, true],
  ])('the answer is right for %s', (_, parts, expected) => {
    expect(hasBody({ ...plain, ...parts })).toBe(expected)
  })
})

describe('a signature must cover what the policy demands', () => {
  const field = ['x-limits', 'day=5, hour=1']
  const member: Coverage = 'field:x-limits;key="day"'
  test.each<readonly [string, Coverage, readonly Coverage[], readonly string[], boolean]>([
    ['itself', 'path', ['path'], [], true],
    ['a whole query, which is no path', 'path', ['query'], [], false],
    ['parameters in a whole query', 'parameters', ['query'], [], true],
    ['parameters of the query in a whole query', 'query-parameters', ['query'], [], true],
    ['parameters without the query', 'parameters', ['path', 'body'], [], false],
    ['one parameter in a whole query', 'query-param:symbol', ['query'], [], true],
    ['one parameter by another', 'query-param:symbol', ['query-param:page'], [], false],
    ['a query is more than one parameter of it', 'query', ['query-param:symbol', 'parameters'], [], false],
    ['a member by itself', member, [member], [], true],
    ['a member in its whole field', member, ['field:x-limits'], field, true],
    ['a member that its whole field does not have', 'field:x-limits;key="week"', ['field:x-limits'], field, false],
    ['a member of a field that is absent', member, ['field:x-limits'], [], false],
    ['a member of a field that is none of a dictionary', member, ['field:x-limits'], ['x-limits', '('], true],
    ['a member in another field', member, ['field:x-other'], field, false],
    ['a field is more than a member', 'field:x-limits', [member], field, false],
    ['any member by one of them', 'field:x-limits;key=*', [member], field, true],
    ['any member in its whole field', 'field:x-limits;key=*', ['field:x-limits'], field, true],
    ['any member of a field that is absent', 'field:x-limits;key=*', ['field:x-limits'], [], false],
    ['any member by one of another field', 'field:x-limits;key=*', ['field:x-other;key="day"'], field, false],
    ['any member of a field that has none', 'field:x-limits;key=*', ['field:x-limits'], ['x-limits', ''], false],
    ['a named member by another', member, ['field:x-limits;key="hour"'], field, false],
    ['a member that is named *', 'field:x-limits;key="*"', [member], field, false],
    ['bytes by themselves', 'field:x-limits;bs', ['field:x-limits;bs'], field, true],
    ['bytes by the field, which is another base', 'field:x-limits;bs', ['field:x-limits'], field, false],
    ['the strict form by the field', 'field:x-limits;sf', ['field:x-limits'], field, false],
    ['a field in a whole query', 'field:x-limits', ['query'], field, false],
  ])('a component covers %s', (_, fact, covered, fields, met) => {
    const check = () => assertCovers(covers(...covered), { ...plain, fields }, policy({ require: [fact] }))
    const refused = `COMPONENT_MISSING: the signature does not cover the ${fact}`
    expect(refusalOf(check)).toBe(met ? 'ok' : refused)
    const withBody = uncoveredBody(covers(...covered), { fields }, { requireWithBody: [fact] })
    expect(withBody?.code).toBe(met ? undefined : 'COMPONENT_MISSING')
  })

  test.each<readonly [string, Coverage, readonly Coverage[], readonly string[], boolean]>([
    ['a field that is absent', 'field:x-limits', [], [], true],
    ['a field that is there', 'field:x-limits', [], field, false],
    ['a field that is there without a value', 'field:x-limits', [], ['X-Limits', ''], false],
    ['a field that is there and covered', 'field:x-limits', ['field:x-limits'], field, true],
    ['a member that is there', member, [], field, false],
    ['a member that is there second', 'field:x-limits;key="hour"', [], field, false],
    ['a member that is absent', 'field:x-limits;key="week"', [], field, true],
    ['a member of a field that is absent', member, [], [], true],
    ['a member of a field that may hold anything', member, [], ['x-limits', 'day=('], false],
    ['any member where there is one', 'field:x-limits;key=*', [], field, false],
    ['any member where there is none', 'field:x-limits;key=*', [], ['x-limits', ''], true],
    ['any member that is there and covered', 'field:x-limits;key=*', [member], field, true],
    ['bytes where there are some', 'field:x-limits;bs', [], field, false],
    ['a member that is there and covered', member, [member], field, true],
    ['a member that is there and covered as a whole', member, ['field:x-limits'], field, true],
  ])('where it is present: %s', (_, fact, covered, fields, met) => {
    const check = () => assertCovers(covers(...covered), { ...plain, fields }, policy({ requireWhenPresent: [fact] }))
    const refused = `COMPONENT_MISSING: the message has ${fact}, and the signature does not cover it`
    expect(refusalOf(check)).toBe(met ? 'ok' : refused)
  })

  test('every demand is asked, and the first that is not met is named', () => {
    const demanding = policy({ require: ['method', 'path', 'query'] })
    expect(refusalOf(() => assertCovers(covers('method', 'query'), plain, demanding))).toMatch(/cover the path$/)
    const present = policy({ requireWhenPresent: ['field:x-a', 'field:x-b'] })
    expect(refusalOf(() => assertCovers(covers(), { ...plain, fields: ['x-b', ''] }, present))).toMatch(/field:x-b/)
  })

  test('a method override must be covered where it is there', () => {
    const judge = (covered: readonly Coverage[], ...fields: readonly string[]) =>
      refusalOf(() => assertCovers(covers(...covered), { ...plain, fields }, strict))
    const four: readonly Coverage[] = ['method', 'authority', 'path', 'query']
    const refused = 'METHOD_MALFORMED: a method override field is not covered by the signature'
    expect(judge(four)).toBe('ok')
    expect(judge(four, 'x-verb', 'DELETE')).toBe(refused)
    expect(judge(four, 'X-HTTP-Method-Override', 'DELETE')).toBe(refused)
    expect(judge([...four, 'field:x-http-method'], 'x-verb', 'DELETE')).toBe(refused)
    expect(judge([...four, 'field:x-verb'], 'x-verb', 'DELETE')).toBe('ok')
  })
})

describe('content must be covered', () => {
  const needs: Pick<Policy, 'requireWithBody'> = { requireWithBody: ['body', 'field:content-type'] }
  const missing = 'DIGEST_MISSING: the request has a body and no digest of it'
  const uncovered = (fact: string) =>
    `COMPONENT_MISSING: the request has a body and its signature does not cover the ${fact}`
  test.each<readonly [string, readonly Coverage[], readonly string[], string]>([
    ['by all that is demanded', ['body', 'field:content-type'], [], 'ok'],
    ['without a digest', ['field:content-type'], [], missing],
    ['with a digest that is not signed', ['field:content-type'], ['Content-Digest', 'x'], uncovered('body')],
    ['without the type', ['body'], [], uncovered('field:content-type')],
  ])('the verdict is right on content that is covered %s', (_, covered, fields, expected) => {
    const request = { ...plain, fields, body: bytes(1) }
    expect(refusalOf(() => assertBodyCovered({ covers: covers(...covered) }, request, needs))).toBe(expected)
    expect(refusalOf(() => assertCovers(covers(...covered), request, policy(needs)))).toBe(expected)
    // Without content nothing is demanded of it.
    expect(refusalOf(() => assertBodyCovered({ covers: covers() }, { ...plain, fields }, needs))).toBe('ok')
  })
})

describe('a body is held to the cap before a byte of it is read', () => {
  const large = (cap: number) => `BODY_TOO_LARGE: the body must have at most ${cap} bytes`
  const malformed = 'AUTH_MALFORMED: Content-Length is not a number'
  const length = (text: string): Partial<HttpRequest> => ({ fields: ['Content-Length', text], body: stream() })
  test.each<readonly [string, Partial<HttpRequest>, boolean, string]>([
    ['no body', {}, false, 'ok'],
    ['a body of the cap', { body: bytes(10) }, false, 'ok'],
    ['a body beyond the cap', { body: bytes(11) }, false, large(10)],
    ['a streamed body has a cap of its own', { body: bytes(20) }, true, 'ok'],
    ['a streamed body beyond its cap', { body: bytes(21) }, true, large(20)],
    ['a length of the cap', length('10'), false, 'ok'],
    ['a length beyond the cap', length('11'), false, `${large(10)}, got 11`],
    ['a length beyond the cap of streams', length('21'), true, `${large(20)}, got 21`],
    ['a length of 15 digits', length(`${'0'.repeat(14)}9`), false, 'ok'],
    ['a length of 16 digits', length(`${'0'.repeat(15)}9`), false, malformed],
    ['a length with a sign', length('+5'), false, malformed],
    ['a length in two parts', length('5, 5'), false, malformed],
    ['a length that is empty', length(''), false, malformed],
  ])('the cap is held against %s', (_, parts, streamed, expected) => {
    expect(refusalOf(() => assertBodyFits({ ...plain, ...parts }, strict, streamed))).toBe(expected)
  })
})

describe('a set of covered facts that lasts is held against a policy once', () => {
  const lasting = (set: ReadonlySet<Coverage>): LastingCoverage => Object.assign(set, { meets: undefined })
  const frozen = (parts: Partial<Policy>): Policy =>
    Object.freeze({
      ...policy(parts),
      ...Object.fromEntries(
        Object.entries(parts).map(([name, value]) => [name, Array.isArray(value) ? Object.freeze([...value]) : value]),
      ),
    })
  const METHOD = 'COMPONENT_MISSING: the signature does not cover the method'
  const BODY = 'DIGEST_MISSING: the request has a body and no digest of it'
  const ask = (set: ReadonlySet<Coverage>, request: HttpRequest, one: Policy): string =>
    refusalOf(() => assertCovers(set, request, one))

  test('and is still refused by another one, in whatever order they ask', () => {
    const set = lasting(covers('path'))
    const [path, method] = [frozen({ require: ['path'] }), frozen({ require: ['method'] })]
    for (const [one, expected] of [path, method, path, method, path].map((one) => [one, one === path ? 'ok' : METHOD]))
      expect(ask(set, plain, one as Policy)).toBe(expected)
  })

  test('what is met by what the message holds is asked of each message', () => {
    const set = lasting(covers('path', 'field:signature-key'))
    const one = frozen({ require: ['field:signature-key;key="sig1"'] as Coverage[] })
    const holding = { ...plain, fields: ['signature-key', 'sig1=a'] }
    const other = { ...plain, fields: ['signature-key', 'sig2=a'] }
    for (const request of [holding, other, holding, other])
      expect(ask(set, request, one) === 'ok').toBe(request === holding)
  })

  test('a field that is demanded where it is there is asked of each message', () => {
    const set = lasting(covers('path'))
    const one = frozen({ require: ['path'], requireWhenPresent: ['field:x-account'] })
    const with_ = { ...plain, fields: ['x-account', 'main'] }
    for (const request of [plain, with_, plain, with_]) expect(ask(set, request, one) === 'ok').toBe(request === plain)
  })

  test('bodies and override fields are asked of each message', () => {
    const set = lasting(covers('path'))
    const one = frozen({ require: ['path'], requireWithBody: ['body'], methodOverrideFields: ['x-verb'] })
    const post = { ...plain, body: bytes(1) }
    const verb = { ...plain, fields: ['X-Verb', 'DELETE'] }
    expect(ask(set, plain, one)).toBe('ok')
    expect(ask(set, post, one)).toBe(BODY)
    expect(ask(set, verb, one)).toBe('METHOD_MALFORMED: a method override field is not covered by the signature')
    expect(ask(set, plain, one)).toBe('ok')
    const proven = lasting(covers('path', 'body'))
    for (const request of [plain, post, plain, post]) expect(ask(proven, request, one)).toBe('ok')
    expect(ask(proven, post, frozen({ requireWithBody: ['body', 'method'] }))).toBe(
      'COMPONENT_MISSING: the request has a body and its signature does not cover the method',
    )
  })

  test('a set that may change is asked every time', () => {
    const set = new Set<Coverage>(['path'])
    const one = frozen({ require: ['path'], requireWithBody: ['path'] })
    expect(ask(set, plain, one)).toBe('ok')
    set.delete('path')
    expect(ask(set, plain, one)).toBe('COMPONENT_MISSING: the signature does not cover the path')
  })
})
