import { expect, test } from 'vitest'
import { httpRequest, httpResponse } from '../../../../../src/message/message.js'
import { assertChained } from '../../../../../src/schemes/rfc9421/profiles/chain.js'
import type { UntrustedSignature } from '../../../../../src/schemes/scheme.js'
import { textOf } from '../../../../expect-code.js'

const covering = (...covered: string[]) => ({ covered }) as unknown as UntrustedSignature
const request = (input?: string) =>
  httpRequest({ url: 'https://a.example/', ...(input !== undefined && { headers: { 'signature-input': input } }) })
const PROXY = ['"signature";key="proxy"', '"signature-input";key="proxy"']
const INPUT = 'proxy=("@method" "@path");created=1, other=("@query")'

test('a signature over no other one has nothing to be chained', () => {
  expect(assertChained(covering(), request())).toEqual([])
  expect(
    assertChained(covering('"@method"', '"x-signature";key="proxy"', '"signature-input";key="a"'), request()),
  ).toEqual([])
  expect(assertChained(covering('"signature";sf'), request())).toEqual([])
  expect(assertChained(covering('"signature";key="a";req'), request())).toEqual([])
})

test('a signature over another one covers its input, and all that it covers', () => {
  expect(assertChained(covering('"@path"', ...PROXY, '"@method"'), request(INPUT))).toEqual(['proxy'])
  const both = [
    ...PROXY,
    '"signature";key="other"',
    '"signature-input";key="other"',
    '"@method"',
    '"@path"',
    '"@query"',
  ]
  expect(assertChained(covering(...both), request(INPUT))).toEqual(['proxy', 'other'])
  expect(textOf(() => assertChained(covering(...both.slice(0, -1)), request(INPUT)))).toBe(
    'COMPONENT_MISSING the signature covers the one of "other", and not "@query" of the request that this one covers',
  )
})

test('a signature over another one without its input, or without what that covers, is refused', () => {
  expect(textOf(() => assertChained(covering(PROXY[0] as string, '"@method"', '"@path"'), request(INPUT)))).toBe(
    'COMPONENT_MISSING the signature covers the one of "proxy" and not its input',
  )
  expect(textOf(() => assertChained(covering(...PROXY, '"@method"'), request(INPUT)))).toBe(
    'COMPONENT_MISSING the signature covers the one of "proxy", and not "@path" of the request that this one covers',
  )
  const response = httpResponse({ status: 200, headers: { 'signature-input': 'proxy=("@status")' } })
  expect(textOf(() => assertChained(covering(...PROXY), response))).toContain('not "@status" of the response that')
})

test.each([undefined, 'other=()', 'proxy=1', 'proxy'])('a covered signature whose input is %j is refused', (input) => {
  expect(textOf(() => assertChained(covering(...PROXY), request(input)))).toBe(
    'AUTH_MALFORMED a covered signature has no input that is a list',
  )
})
