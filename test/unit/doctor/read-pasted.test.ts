import { describe, expect, test } from 'vitest'
import { read } from './read.js'

const SIGN = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='
const URL_ = 'https://api.example.com/api/v1/orders'
const BODY = '{"a":"1","b":[{"c":"}"}]}'
const ANSWER = '{"code":"400005","msg":"Invalid sign"}'
const FIELDS = [
  ['X-API-KEY', 'k-1'],
  ['X-API-SIGN', SIGN],
  ['Content-Type', 'application/json'],
] as const
const each = (write: (name: string, value: string) => string, joint = '\n') =>
  FIELDS.map(([name, value]) => write(name, value)).join(joint)

const WHOLE = {
  ...{ method: 'POST', url: URL_, body: BODY },
  headers: { 'x-api-key': 'k-1', 'x-api-sign': SIGN, 'content-type': 'application/json' },
}

describe('a request is read in the form in which it is pasted', () => {
  test.each([
    [
      'RestSharp, with the path apart from its base',
      `var client = new RestClient("https://api.example.com");\nvar request = new RestRequest("/api/v1/orders", Method.Post);\n${each((name, value) => `request.AddHeader("${name}", "${value}");`)}\nrequest.AddStringBody(@"${BODY.replaceAll('"', '""')}", DataFormat.Json);`,
    ],
    [
      'HttpClient of .NET with a base address',
      `var client = new HttpClient { BaseAddress = new Uri("https://api.example.com/") };\nvar request = new HttpRequestMessage(HttpMethod.Post, "api/v1/orders");\n${each((name, value) => `request.Headers.Add("${name}", "${value}");`)}\nrequest.Content = new StringContent(@"${BODY.replaceAll('"', '""')}", Encoding.UTF8, "application/json");`,
    ],
    [
      'an instance of axios, with an object as its body',
      `const client = axios.create({ baseURL: 'https://api.example.com' })\nconst { data } = await client.post('/api/v1/orders', ${BODY}, {\n  headers: {\n${each((name, value) => `    '${name}': '${value}',`)}\n  },\n})\n// ${ANSWER}`,
    ],
    [
      'a table of Markdown below a URL in backticks',
      `**POST** \`${URL_}\`\n\n| Header | Value |\n| --- | --- |\n${each((name, value) => `| ${name} | ${value} |`)}\n\nBody:\n\`\`\`json\n${BODY}\n\`\`\`\n\nResponse: \`401\` ${ANSWER}`,
    ],
    [
      'prose with a list',
      `Hi, I send a POST to ${URL_} with these headers:\n\n${each((name, value) => `- ${name}: ${value}`)}\n\nand this body\n\n    ${BODY}\n\nand get ${ANSWER}. What is wrong?`,
    ],
    [
      'a line of a log with a name for each value',
      `2026-11-27 09:09:27 [error] request_failed method=POST url=${URL_} headers={${each((name, value) => `'${name}': '${value}'`, ', ')}} body='${BODY}' status=401 response='${ANSWER}'`,
    ],
    [
      'a map as Apps Script prints it',
      `Logger.log(option)\n{headers={${each((name, value) => `${name}=${value}`, ', ')}}, method=post, payload=${BODY}, muteHttpExceptions=true}\nurl=${URL_}\nException: Request failed, answer: ${ANSWER}`,
    ],
    [
      'Elixir',
      `HTTPoison.post("${URL_}", ~s(${BODY}), [\n${each((name, value) => `  {"${name}", "${value}"}`, ',\n')}\n])`,
    ],
    [
      'Swift with a raw text',
      `var request = URLRequest(url: URL(string: "${URL_}")!)\nrequest.httpMethod = "POST"\n${each((name, value) => `request.setValue("${value}", forHTTPHeaderField: "${name}")`)}\nrequest.httpBody = #"${BODY}"#.data(using: .utf8)`,
    ],
    [
      'Lua',
      `local res = http.request{\n  url = "${URL_}", method = "POST",\n  headers = {\n${each((name, value) => `    ["${name}"] = "${value}",`)}\n  },\n  source = ltn12.source.string('${BODY}'),\n}`,
    ],
    [
      'Visual Basic without the line that makes the object',
      `http.Open "POST", "${URL_}", False\n${each((name, value) => `http.setRequestHeader "${name}", "${value}"`)}\nhttp.send "${BODY.replaceAll('"', '""')}"`,
    ],
    [
      'Wireshark, with the name of the part before the body',
      `Hypertext Transfer Protocol\n    POST /api/v1/orders HTTP/1.1\\r\\n\n    Host: api.example.com\\r\\n\n${each((name, value) => `    ${name}: ${value}\\r\\n`)}\n    Content-Length: ${BODY.length}\\r\\n\n    \\r\\n\n    [Full request URI: ${URL_}]\n    File Data: ${BODY.length} bytes\nJavaScript Object Notation: application/json\n    ${BODY}`,
    ],
    [
      'HTTPie with a here-string',
      `https POST api.example.com/api/v1/orders ${each((name, value) => `${name}:${value}`, ' ')} <<< '${BODY}'`,
    ],
    [
      'a node of n8n',
      JSON.stringify(
        [
          {
            ...{ url: URL_, method: 'POST', sendHeaders: true },
            headerParameters: { parameters: FIELDS.map(([name, value]) => ({ name, value })) },
            ...{ sendBody: true, specifyBody: 'json', jsonBody: BODY },
          },
        ],
        null,
        1,
      ),
    ],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject(WHOLE)
  })

  test('an object of a program stands for JSON, and is named as unread', () => {
    expect(
      read(`const url = '${URL_}'\nclient.post(url, { a: 1, b: 'x' }, { headers: { 'X-API-SIGN': '${SIGN}' } })`),
    ).toMatchObject({
      ...{ method: 'POST', url: URL_, body: '{"a":1,"b":"x"}', unread: ['body'] },
    })
  })

  test('an expression in the place of a body is none', () => {
    const text = `const url = '${URL_}'\nclient.post(url, payload(), { headers: { 'X-API-SIGN': '${SIGN}' } })`
    expect(read(text)).not.toHaveProperty('body')
  })
})

describe('a form is read where JSON would be', () => {
  const FORM = 'nonce=1700000000123&pair=XBTEUR&price=61000.5'
  test.each([
    [
      'alone in its line, below the fields',
      `print(resp.request.method, resp.request.url)\nPOST ${URL_}\n{'X-API-KEY': 'k-1', 'X-API-SIGN': '${SIGN}'}\n${FORM}\n401 ${ANSWER}`,
    ],
    [
      'in a block of Markdown',
      `**POST** \`${URL_}\`\n\n| Header | Value |\n| --- | --- |\n| X-API-SIGN | ${SIGN} |\n\nBody:\n\`\`\`\n${FORM}\n\`\`\`\n${ANSWER}`,
    ],
    [
      'among the words of a line',
      `[error] failed method=POST url=${URL_} headers={'X-API-SIGN': '${SIGN}'} body='${FORM}' status=401 response='${ANSWER}'`,
    ],
    [
      'in a map',
      `{headers={X-API-SIGN=${SIGN}}, method=post, payload=${FORM}, muteHttpExceptions=true}\nurl=${URL_}\n${ANSWER}`,
    ],
    [
      'behind the mark of Insomnia',
      `* Preparing request to ${URL_}\n> POST /api/v1/orders HTTP/1.1\n> Host: api.example.com\n> X-API-SIGN: ${SIGN}\n> Content-Length: ${FORM.length}\n\n| ${FORM}\n\n< HTTP/1.1 401 Unauthorized\n\n${ANSWER}`,
    ],
  ])('%s', (_, text) => {
    expect(read(text)).toMatchObject({ method: 'POST', url: URL_, body: FORM, headers: { 'x-api-sign': SIGN } })
  })

  test('a form that holds its own signature makes the text a request', () => {
    const body = 'symbol=BTCUSDT&timestamp=1700000000123&signature=abc123'
    expect(read(`I POST to ${URL_} this body\n\n    ${body}\n\nand get ${ANSWER}`)).toMatchObject({
      ...{ method: 'POST', url: URL_, body, headers: {} },
    })
  })

  test('words of a log that look like one are none', () => {
    const text = `[error] failed method=GET url=${URL_} headers={'X-API-SIGN': '${SIGN}'} body='' status=401 response='{"msg":"Invalid sign"}'`
    expect(read(text)).not.toHaveProperty('body')
  })
})

test('what stands behind a written request without a body is its answer', () => {
  const text = `request: "GET /v1 HTTP/1.1\\r\\nHost: api.example.com\\r\\nX-API-SIGN: ${SIGN}\\r\\n\\r\\n"\n2026/11/27 response: ${ANSWER}`
  expect(read(text)).toMatchObject({ method: 'GET', refusal: { body: expect.stringContaining('Invalid sign') } })
  expect(read(text)).not.toHaveProperty('body')
})

test('nothing that ccxt has printed for a body is none', () => {
  for (const nothing of [' ', 'undefined'])
    expect(
      read(
        `fetch Request:\n okx GET ${URL_} \nRequestHeaders:\n { 'X-API-SIGN': '${SIGN}' } \nRequestBody:\n ${nothing} \n\nhandleRestResponse:\n okx GET ${URL_} 401 Unauthorized \nResponseBody:\n ${ANSWER}`,
      ),
    ).not.toHaveProperty('body')
})
