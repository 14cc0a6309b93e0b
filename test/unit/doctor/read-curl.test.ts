import { describe, expect, test } from 'vitest'
import { read } from './read.js'

const URL_ = 'https://api.example.com/v1/orders'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

test.each([
  ['between quotes', `curl "${URL_}?a=1&b=2"`],
  ['in the text of a body', `curl ${URL_} -d 'see https://a.example/?a=1&b=2'`],
  ['in a header with an apostrophe', `curl ${URL_} -H "X-A: it's https://a.example/?a=1&b=2"`],
  ['behind a quote that is escaped', `curl -H "X-A: \\" https://a.example/?a=1&b=2" ${URL_}`],
])('a URL with "&" is not said to be cut %s', (_, line) => {
  expect(read(line)).not.toHaveProperty('unread')
})

describe('a curl line of bash', () => {
  test.each([
    ['a bare URL is a GET', `curl ${URL_}`, { method: 'GET', url: URL_, headers: {} }],
    [
      '-d makes a POST of a form',
      `curl ${URL_} -d a=1 -d 'b=2 3'`,
      { method: 'POST', body: 'a=1&b=2 3', headers: FORM },
    ],
    ['-X wins over what -d makes', `curl -XPUT ${URL_} --data-raw '@x'`, { method: 'PUT', body: '@x' }],
    [
      '-G puts the data into the query',
      `curl -G ${URL_}?z=1 -d a=1 --data-urlencode 'b=x y&'`,
      { method: 'GET', url: `${URL_}?z=1&a=1&b=x%20y%26` },
    ],
    ['--get is -G', `curl --get ${URL_} --data a=1`, { method: 'GET', url: `${URL_}?a=1` }],
    [
      'a bare URL that a shell cuts at "&" is read whole, and said to be cut',
      `curl -X POST ${URL_}?a=1&b=2 -H 'X-A: 1'`,
      { url: `${URL_}?a=1&b=2`, headers: { 'x-a': '1' }, unread: ['url'] },
    ],
    ['-I is a HEAD', `curl -I ${URL_}`, { method: 'HEAD' }],
    [
      '--json states both types',
      `curl --json '{"a":1}' ${URL_}`,
      { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json', accept: 'application/json' } },
    ],
    ['--json twice is one text', `curl --json '{"a":' --json '1}' ${URL_}`, { body: '{"a":1}' }],
    ['-u is basic authentication', `curl -u user:pass ${URL_}`, { headers: { authorization: 'Basic dXNlcjpwYXNz' } }],
    [
      'a header without a value, and one taken away',
      `curl -H 'X-Empty;' -H 'Accept:' ${URL_}`,
      { headers: { 'x-empty': '' } },
    ],
    ['letters behind one dash', `curl -sSLX DELETE ${URL_}`, { method: 'DELETE', url: URL_ }],
    [
      'letters with the value behind them',
      `curl -sXPATCH -H'X-A: 1' ${URL_}`,
      { method: 'PATCH', headers: { 'x-a': '1' } },
    ],
    ['--name=value', `curl --request=PUT --url=${URL_}`, { method: 'PUT', url: URL_ }],
    [
      'what changes nothing is no request',
      `curl -o /dev/null --max-time 5 -w '%{http_code}' ${URL_}`,
      { url: URL_, method: 'GET' },
    ],
    ['lines that go on', `curl '${URL_}' \\\n  -H 'X-A: 1' \\\r\n  --compressed`, { headers: { 'x-a': '1' } }],
    ['quotes inside quotes', `curl ${URL_} -d "{\\"a\\":\\"\\$x\\"}"`, { body: '{"a":"$x"}' }],
    ['quotes joined', `curl ${URL_} -d 'it'"'"'s'`, { body: "it's" }],
    ["$'…' with escapes", `curl ${URL_} --data-raw $'it\\'s\\n\\u00e9\\x41\\101\\\\'`, { body: "it's\n\u00e9AA\\" }],
    ["$'…' with the bytes of UTF-8", `curl ${URL_} --data-raw $'\\xc3\\xa9\\303\\251'`, { body: '\u00e9\u00e9' }],
    ['a prompt before it', `$ curl ${URL_}`, { url: URL_ }],
    ['a byte order mark before it', `\ufeffcurl ${URL_}`, { url: URL_ }],
    ['what stands behind a pipe is not read', `curl ${URL_} | jq .`, { url: URL_ }],
    [
      'the answer behind it',
      `curl ${URL_}\nHTTP/1.1 401 Unauthorized\nDate: x\n\n{"code":1}`,
      { refusal: { status: 401, headers: [['Date', 'x']], body: '{"code":1}' } },
    ],
  ])('the line is read as its request: %s', (_, line, expected) => {
    expect(read(line)).toMatchObject({ format: 'curl', ...expected })
  })

  test.each([
    ['-F', `curl ${URL_} -F 'a=@file'`, '-F'],
    ['a file as data', `curl ${URL_} -d @body.json`, '-d'],
    ['a file in --data-urlencode', `curl ${URL_} --data-urlencode name@file`, '--data-urlencode'],
    ['a file as body', `curl -T body.json ${URL_}`, '-T'],
    ['a file of options', `curl -K conf ${URL_}`, '-K'],
    ['a signature of curl itself', `curl --aws-sigv4 aws:amz ${URL_}`, '--aws-sigv4'],
    ['an option that is not known', `curl --proto-default https ${URL_}`, '--proto-default'],
    ['a header without a colon', `curl -H nothing ${URL_}`, '-H'],
    ['a second URL', `curl ${URL_} https://b.example.com`, 'a further URL'],
    ['a variable in the URL', `curl "https://$HOST/v1"`, 'URL'],
    ['no scheme', 'curl api.example.com/v1', 'scheme'],
  ])('%s is named as not read', (_, line, part) => {
    expect(read(line)['unread']).toContain(part)
  })

  test('of a variable that is set twice the last value is read', () => {
    expect(read(`KEY=old\nKEY='new one'\ncurl -H "X-A: $KEY" -H 'X-B: '"\${KEY}" ${URL_}`)).toMatchObject({
      headers: { 'x-a': 'new one', 'x-b': 'new one' },
    })
  })

  test('variables that name one another twice do not grow with every one of them', () => {
    const names = Array.from({ length: 31 }, (_, at) => `V${at}`)
    const set = names.map((name, at) => `${name}="$V${at + 1}$V${at + 1}"\n`).join('')
    expect((read(`${set}curl "${URL_}?a=$V0"`)['url'] as string).length).toBeLessThan(100)
  })

  test('a long variable that is named often is put in within bounds', () => {
    const { url } = read(`A=${'x'.repeat(65_536)}\ncurl "${URL_}?${'$A'.repeat(1_000)}"`)
    expect((url as string).length).toBeLessThan(1_100_000)
  })

  test('an option with a secret glued to it does not show it', () => {
    expect(JSON.stringify(read(`curl -Ecert.pem:the-password ${URL_}`)['unread'])).not.toContain('password')
  })
})

describe('a curl line of Windows', () => {
  test.each([
    [
      'carets before quotes and at the ends of lines',
      `curl ^"${URL_}^?a=1^&b=2^" ^\r\n  -H ^"X-A: 1^" ^\r\n  --data-raw ^"^{^\\^"a^\\^":1^}^"`,
      { url: `${URL_}?a=1&b=2`, headers: { 'x-a': '1' }, body: '{"a":1}' },
    ],
    ['a backslash before a quote', `curl.exe -d "{\\"a\\":\\"b\\\\c\\"}" ${URL_}`, { body: '{"a":"b\\c"}' }],
    [
      'backticks of PowerShell',
      `curl.exe -X POST '${URL_}' \`\r\n  -H "X-A: a\`"b" \`\r\n  -d '{"a":"it''s"}'`,
      { method: 'POST', headers: { 'x-a': 'a"b' }, body: '{"a":"it\'s"}' },
    ],
  ])('the line is read as its request: %s', (_, line, expected) => {
    expect(read(line)).toMatchObject({ format: 'curl', ...expected })
  })
})

describe('Invoke-WebRequest', () => {
  const copied = `$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0"
Invoke-WebRequest -UseBasicParsing -Uri "${URL_}?a=1&b=2" \`
-Method "POST" \`
-WebSession $session \`
-Headers @{
"authority"="api.example.com"
  "method"="POST"
  "OK-ACCESS-SIGN"="a+b/c="
  'X-It''s' = 'one'; X-Bare=two
} \`
-ContentType "application/json" \`
-Body "{\`"a\`":\`"$([char]0x00e9)\`",\`"p\`":\`"\`$1\`"}"`

  test('is read as the developer tools copy it', () => {
    expect(read(copied)).toEqual({
      format: 'powershell',
      method: 'POST',
      url: `${URL_}?a=1&b=2`,
      headers: { 'ok-access-sign': 'a+b/c=', "x-it's": 'one', 'x-bare': 'two', 'content-type': 'application/json' },
      body: '{"a":"\u00e9","p":"$1"}',
    })
  })

  test.each([
    ['a URL without its option', `irm ${URL_}`, { method: 'GET', url: URL_ }],
    [
      'a result that is kept',
      `$r = Invoke-RestMethod -Uri '${URL_}' -Method Put -Body 'a=1'`,
      { method: 'PUT', body: 'a=1', headers: FORM },
    ],
    ['headers that are a variable', `Invoke-RestMethod ${URL_} -Headers $headers`, { unread: ['-Headers'] }],
    ['a body that is a variable', `Invoke-RestMethod ${URL_} -Method Post -Body $body`, { unread: ['-Body'] }],
    ['a body that is a table', `Invoke-RestMethod ${URL_} -Method Post -Body @{ a = 1 }`, { unread: ['-Body'] }],
    ['a variable in a text', `Invoke-RestMethod "https://$h/v1"`, { unread: ['a text'] }],
    ['a table that is not closed', `Invoke-RestMethod ${URL_} -Headers @{ "X-A"="1"`, { headers: { 'x-a': '1' } }],
    ['another option', `Invoke-RestMethod ${URL_} -Proxy http://x`, { unread: ['-Proxy'] }],
  ])('the call is read as its request: %s', (_, line, expected) => {
    const { url, ...found } = read(line)
    expect({ url, ...found }).toMatchObject({ format: 'powershell', ...expected })
  })
})
