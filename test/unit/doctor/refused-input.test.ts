import { describe, expect, test } from 'vitest'
import { diagnose, readCapture } from '../../../src/doctor/index.js'
import { codeOf, errorOf } from '../../expect-code.js'

const LOOKED_FOR =
  /must be an HTTP request, a command line of curl, HTTPie or Invoke-WebRequest, a call of .* collection or an object/

describe('what is no request is refused, and the error says what was looked for', () => {
  test.each([
    ['an empty text', ''],
    ['white space', ' \r\n'],
    ['prose', 'It does not work.'],
    ['a list', '[]'],
    ['an object without a URL', '{}'],
    ['an object whose URL is no text', '{"url":5}'],
    ['a relative URL', '{"url":"/v1/orders"}'],
    ['a URL of another kind', 'curl ftp://example.com/a'],
    ['curl without a URL', 'curl -X POST'],
    ['Invoke-WebRequest without a URL', 'Invoke-WebRequest -Method Post'],
    ['fetch of an expression', 'fetch(url)'],
    ['a HAR without entries', '{"log":{"entries":[]}}'],
    ['an answer that refuses nothing', 'HTTP/1.1 200 OK\n\n'],
    ['JSON that is none', '{"url":'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a function', () => 1],
  ])('the error for %s names what was looked for', async (_, input) => {
    expect(() => readCapture(input as string)).toThrow(LOOKED_FOR)
    expect(await codeOf(() => diagnose(input as string))).toBe('ARGUMENT_INVALID')
  })

  test('an object that only looks like a capture is read as any other', async () => {
    const fake = { format: 'http', unread: 1, url: 'https://api.example.com/v1', headers: null }
    await expect(diagnose(fake)).resolves.toMatchObject({ scheme: undefined, signature: 'untested' })
  })
})

describe('options of another kind are refused by name', () => {
  test.each([
    ['secret', 5],
    ['publicKey', 5],
    ['key', {}],
    ['algorithm', 'rsa'],
    ['passphrase', 5],
    ['nowMs', Number.NaN],
    ['stringToSign', 5],
    ['refusal', { body: 5 }],
    ['scheme', 5],
    ['scheme', 'nothing'],
    ['budgetMs', -1],
  ])('the option "%s" is refused as %s', async (name, value) => {
    const { code, message } = await errorOf(() => diagnose('GET https://api.example.com/v1', { [name]: value }))
    expect(code).toBe('CONFIG_INVALID')
    expect(message).toContain(`"${name}"`)
  })
})
