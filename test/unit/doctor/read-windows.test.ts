import { describe, expect, test } from 'vitest'
import { diagnose, readCapture } from '../../../src/doctor/index.js'
import { read } from './read.js'

const URL_ = 'https://api.example.com/v1/orders?a=1'
const BODY = '{"n":1,"s":"a b"}'

const unreadOf = (text: string) => readCapture(text).unread.map(({ part }) => part)

describe('a script of PowerShell', () => {
  test.each([
    [
      'that sets headers and body first',
      `$uri = "${URL_}"\n$headers = @{\n    'X-Key' = 'k-1'\n    'X-Sign' = 'abc='\n}\n$body = '${BODY}'\n$response = Invoke-RestMethod -Uri $uri -Method Post -Headers $headers -Body $body\n`,
    ],
    [
      'whose values are variables',
      `$key = 'k-1'\n$env:SIGN = "abc="\n$host_ = 'api.example.com'\nInvoke-WebRequest -Uri "https://$host_/v1/orders?a=1" -Method POST -Headers @{ 'X-Key' = $key; 'X-Sign' = "$($env:SIGN)" } -Body '${BODY}'\n`.replace(
        '$($env:SIGN)',
        '$env:SIGN',
      ),
    ],
    [
      'that hands over a table',
      `$params = @{\n  Uri = '${URL_}'\n  Method = 'Post'\n  Headers = @{ 'X-Key' = 'k-1'; 'X-Sign' = 'abc=' }\n  Body = '${BODY}'\n}\nInvoke-RestMethod @params\n`,
    ],
    [
      'at its prompt',
      `PS C:\\Users\\me> irm '${URL_}' -Method Post -Headers @{ 'X-Key' = 'k-1'; 'X-Sign' = 'abc=' } -Body '${BODY}'\n`,
    ],
  ])('%s is read', (_, text) => {
    expect(read(text)).toMatchObject({
      format: 'powershell',
      method: 'POST',
      url: URL_,
      headers: { 'x-key': 'k-1', 'x-sign': 'abc=' },
      body: BODY,
    })
  })

  test('whose variable is not set has a header that is not known', () => {
    const text = `Invoke-RestMethod -Uri '${URL_}' -Headers @{ 'X-Key' = $env:KEY; 'X-Sign' = 'abc=' }\n`
    expect(unreadOf(text)).toContain('X-Key')
  })

  test('whose call stands in brackets has the table alone', () => {
    const text = `$params = @{ Uri = '${URL_}'; Method = 'Post' }\n$answer = (Invoke-RestMethod @params)\n`
    expect(read(text)).toMatchObject({ method: 'POST', url: URL_ })
  })

  test.each(['@a(', '@a[', '@a((x+)+)+y'])('with the word %s is read as text, and never as a pattern', (word) => {
    const text = `$b = 1\n$a${'x'.repeat(64)} \nInvoke-RestMethod ${URL_} ${word}\n`
    expect(read(text)).toMatchObject({ format: 'powershell', url: URL_ })
  })

  test.each(['\t', '\f', '\v', '\u00a0', '\u2003', '\u2028', '\ufeff'])(
    'with the blank %j between its words has an end',
    (blank) => {
      const line = `Invoke-RestMethod${blank}-Uri${blank}'${URL_}'${blank}-Method${blank}Post${blank}-Headers${blank}@{${blank}a${blank}=${blank}'b'${blank}}`
      expect(read(`${line}${blank}\n`)).toMatchObject({ method: 'POST', url: URL_, headers: { a: 'b' } })
    },
  )

  test('whose variables hold one another twice is not written out to the end', () => {
    const doubled = Array.from({ length: 60 }, (_, at) => `$a${at + 1} = "$a${at}$a${at}"`).join('\n')
    const { url } = readCapture(`$a0 = "abcdefgh"\n${doubled}\nInvoke-RestMethod "https://api.example.com/$a60"\n`)
    expect(url).toMatch(/^https:\/\/api\.example\.com\//)
    expect(url.length).toBeLessThan(300_000)
  })
})

describe('a command line of cmd', () => {
  test('is read behind remarks', () => {
    const text = `rem KEY=k-2\nREM =\nset KEY=k-1\ncurl "${URL_}" -H "X-Key: %KEY%"\n`
    expect(read(text)).toMatchObject({ format: 'curl', url: URL_, headers: { 'x-key': 'k-1' } })
  })

  test('with a thousand remarks that look like variables, and no curl behind them, is refused at once', () => {
    // Each line that could be read in two ways would double the work: this text would not end.
    expect(() => readCapture(`${'rem =1\n'.repeat(1_000)}x`)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
  })

  test('takes the values of variables that were set before', () => {
    const text = `set KEY=k-1\nset SIGN=abc=\ncurl -X POST "${URL_}" -H "X-Key: %KEY%" -H "X-Sign: %SIGN%" -d "{\\"n\\":1,\\"s\\":\\"a b\\"}"\n`
    expect(read(text)).toMatchObject({ url: URL_, headers: { 'x-key': 'k-1', 'x-sign': 'abc=' }, body: BODY })
  })

  test('names the header whose variable was set elsewhere', () => {
    expect(unreadOf(`curl "${URL_}" -H "X-Key: %API_KEY%" -H "X-Sign: abc="\n`)).toEqual(['X-Key'])
  })

  test('has no variable in the percent-encoding of a URL', () => {
    expect(unreadOf('curl "https://api.example.com/a%2Fb%2Fc?x=%C3%BC%20"\n')).toEqual([])
  })

  test('is read behind its prompt', () => {
    const text = `C:\\Users\\me>curl -X DELETE "${URL_}" -H "X-Key: k-1"`
    expect(read(text)).toMatchObject({ format: 'curl', method: 'DELETE', url: URL_, headers: { 'x-key': 'k-1' } })
  })
})

test.each([
  ['cmd', '%BINANCE_KEY%'],
  ['a POSIX shell', '$BINANCE_KEY'],
])('a key of Binance that is a variable of %s is not signed, and leaves the signature judged', async (_, key) => {
  const line = `curl "https://api.binance.com/api/v3/account?timestamp=1700000000000&signature=${'ab'.repeat(32)}" -H "X-MBX-APIKEY: ${key}"`
  const refusal = '{"code":-1022,"msg":"Signature for this request is not valid."}'
  const { signature, findings } = await diagnose(line, { secret: 'another-secret', refusal })
  expect(signature).toBe('unexplained')
  expect(findings.find(({ id }) => id === 'refused-signature')?.fix).toContain('the secret that was given here')
})
