import { describe, expect, test } from 'vitest'
import { cpuMs } from '../../cpu-time.js'
import { read } from './read.js'

const NOTE = "NOTE: '\\' line wrapping per RFC 8792\n\n"
const INPUT = '("@method" "@path");created=1700000000;keyid="key-1"'
const folded = (eol: string): string =>
  [
    'GET /v1 HTTP/1.1',
    'Host: api.example.com',
    'Signature-Input: sig1=("@method" \\',
    '  "@path");created=1700000000\\',
  ]
    .concat(['  ;keyid="key-1"', 'Signature: sig1=:AAAA\\', '  BBBB:', '', ''])
    .join(eol)

describe('lines that are folded for print', () => {
  test.each([
    ['with the note of RFC 8792', NOTE + folded('\n')],
    ['without it', folded('\n')],
    ['with CRLF', folded('\r\n')],
    ['below prose', `The example of the page does not verify:\n\n${NOTE}${folded('\n')}`],
  ])('fields whose lines are folded are read in one piece, %s', (_, text) => {
    const { headers } = read(text)
    expect(headers).toMatchObject({ 'signature-input': `sig1=${INPUT}`, signature: 'sig1=:AAAABBBB:' })
  })

  test('a backslash at the end of a body is not taken off where no field is folded', () => {
    const body = 'C:\\\\temp\\'
    expect(read(`POST /v1 HTTP/1.1\nHost: a.example\nContent-Length: ${body.length}\n\n${body}`)).toMatchObject({
      body,
    })
  })

  test('a command line of curl that goes on behind backslashes keeps its arguments apart', () => {
    const { headers, url } = read(
      `curl https://a.example/v1 \\\n  -H 'Signature-Input: sig1=${INPUT}' \\\n  -H 'X-A: 1'`,
    )
    expect(url).toBe('https://a.example/v1')
    expect(headers).toMatchObject({ 'signature-input': `sig1=${INPUT}`, 'x-a': '1' })
  })

  test('a long word before a colon is looked at in a moment', () => {
    const from = cpuMs()
    expect(() => read(`${'sign'.repeat(200_000)}:\n`)).toThrow()
    expect(cpuMs() - from).toBeLessThan(5_000)
  })
})

describe('what stands below the head of a request and is no body', () => {
  const head = 'PUT /a HTTP/1.1\nHost: a.example\nContent-Length: 31800\n\n'
  test.each([
    ['an exception of Python', 'azure.common.AzureHttpError: Server failed to authenticate the request.'],
    ['an exception of Java', 'com.amazonaws.services.s3.model.AmazonS3Exception: no (Status Code: 403)'],
    ['an error in XML', '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code></Error>'],
  ])('%s is the answer, and the body is one that is not shown', (_, text) => {
    const found = read(head + text)
    expect(found).not.toHaveProperty('body')
    expect(found).toMatchObject({ refusal: { body: text }, unread: expect.arrayContaining(['body']) })
  })

  test('a body that begins like an exception is the body where its length says so', () => {
    const text = 'java.lang.IllegalStateException: a report of it'
    expect(read(`POST /a HTTP/1.1\nHost: a.example\nContent-Length: ${text.length}\n\n${text}`)).toMatchObject({
      body: text,
    })
  })
})
