import { expect, test } from 'vitest'
import { type Capture, readCapture } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'

const shown = ({ format, method, url, headers, body, refusal, unread }: Capture) => ({
  format,
  method,
  url,
  headers: Object.fromEntries(headers),
  body: body === undefined ? undefined : new TextDecoder().decode(body),
  ...(refusal !== undefined && { answer: refusal.body }),
  unread: unread.map(({ part }) => part),
})
const URL = 'https://api.example.com/v1/orders?a=1'
const POST = {
  method: 'POST',
  url: URL,
  headers: { 'X-Key': 'bot-1', 'X-Sign': 'ab\\+/=' },
  body: '{"a":1}',
  unread: [],
}
const GET = { ...POST, method: 'GET', body: undefined }
const SIGN = String.raw`ab\\+/=`

test.each<[string, string, object]>([
  [
    'OkHttp',
    `Request request = new Request.Builder()\n  .url("${URL}")\n  .get()\n  .addHeader("X-Key", "bot-1")\n  .header("X-Sign", "${SIGN}")\n  .build();`,
    GET,
  ],
  [
    'OkHttp with a body',
    `RequestBody body = RequestBody.create(MediaType.parse("application/json"), "{\\"a\\":1}");\nRequest r = new Request.Builder().url("${URL}").post(body).addHeader("X-Key", "bot-1").addHeader("X-Sign", "${SIGN}").build();`,
    { ...POST, headers: { ...POST.headers, 'Content-Type': 'application/json' } },
  ],
  [
    'java.net.http',
    `HttpRequest.newBuilder().uri(URI.create("${URL}")).header("X-Key", "bot-1").header("X-Sign", "${SIGN}").method("PUT", HttpRequest.BodyPublishers.ofString("{\\"a\\":1}")).build();`,
    { ...POST, method: 'PUT' },
  ],
  [
    'HttpURLConnection with names',
    `String base = "https://api.example.com";\nString path = "/v1/orders?a=1";\nURL url = new URL(base + path);\nHttpURLConnection con = (HttpURLConnection) url.openConnection();\ncon.setRequestMethod("DELETE");\ncon.setRequestProperty("X-Key", "bot-1");\ncon.setRequestProperty("X-Sign", sign);`,
    { ...GET, method: 'DELETE', headers: { 'X-Key': 'bot-1', 'X-Sign': `\${sign}` }, unread: ['header X-Sign'] },
  ],
  [
    'HttpClient of .NET',
    `var request = new HttpRequestMessage(HttpMethod.Post, "${URL}");\nrequest.Headers.Add("X-Key", "bot-1");\nrequest.Headers.TryAddWithoutValidation("X-Sign", @"ab\\+/=");\nrequest.Content = new StringContent("{\\"a\\":1}", Encoding.UTF8, "application/json");`,
    { ...POST, headers: { ...POST.headers, 'Content-Type': 'application/json' } },
  ],
  [
    'a dictionary of C# and a text with names',
    `var path = "/v1/orders";\nvar url = $"https://api.example.com{path}?a=1";\nvar client = new HttpClient();\nvar headers = new Dictionary<string, string> { { "X-Key", "bot-1" }, { "X-Sign", @"ab\\+/=" } };`,
    GET,
  ],
  [
    'RestSharp',
    `var client = new RestClient("${URL}");\nvar request = new RestRequest(Method.POST);\nrequest.AddHeader("X-Key", "bot-1");\nrequest.AddHeader("X-Sign", "${SIGN}");\nrequest.AddParameter("application/json", "{\\"a\\":1}", ParameterType.RequestBody);`,
    POST,
  ],
  [
    'net/http',
    `payload := strings.NewReader(\`{"a":1}\`)\nreq, err := http.NewRequest("POST", "${URL}", payload)\nreq.Header.Set("X-Key", "bot-1")\nreq.Header.Add("X-Sign", "${SIGN}")`,
    POST,
  ],
  [
    'the curl extension',
    `<?php\n$ch = curl_init('${URL}');\n$headers = array('X-Key: bot-1', 'X-Sign: ab\\+/=');\ncurl_setopt($ch, CURLOPT_HTTPHEADER, $headers);\ncurl_setopt($ch, CURLOPT_POST, true);\ncurl_setopt($ch, CURLOPT_POSTFIELDS, '{"a":1}');`,
    POST,
  ],
  [
    'curl_setopt_array',
    `curl_setopt_array($curl, [\n CURLOPT_URL => "https://api.example.com/v1/orders" . "?a=1",\n CURLOPT_CUSTOMREQUEST => "GET",\n CURLOPT_HTTPHEADER => [\n  "X-Key: bot-1",\n  "X-Sign: ${SIGN}"\n ],\n]);`,
    GET,
  ],
  [
    'Guzzle',
    `$client = new \\GuzzleHttp\\Client();\n$client->request('POST', '${URL}', ['headers' => ['X-Key' => 'bot-1', 'X-Sign' => 'ab\\+/='], 'body' => '{"a":1}']);`,
    POST,
  ],
  [
    'Net::HTTP',
    `uri = URI('${URL}')\nrequest = Net::HTTP::Post.new(uri)\nrequest['X-Key'] = 'bot-1'\nrequest['X-Sign'] = '${SIGN}'\nrequest.body = '{"a":1}'`,
    POST,
  ],
  [
    'reqwest',
    `let res = reqwest::Client::new().post("${URL}").header("X-Key", "bot-1").header("X-Sign", "${SIGN}").body("{\\"a\\":1}").send().await?;`,
    POST,
  ],
  [
    'URLRequest',
    `var request = URLRequest(url: URL(string: "${URL}")!)\nrequest.httpMethod = "GET"\nrequest.setValue("bot-1", forHTTPHeaderField: "X-Key")\nrequest.addValue("${SIGN}", forHTTPHeaderField: "X-Sign")`,
    GET,
  ],
  [
    'fetch behind other lines',
    `const key = 'bot-1'\nconst url = \`https://api.example.com/v1/orders?a=1\`\nconst res = await fetch(url, {\n  method: 'POST',\n  headers: { 'X-Key': key, 'X-Sign': '${SIGN}' },\n  body: '{"a":1}',\n})`,
    POST,
  ],
  [
    'an answer in the last line',
    `req, _ := http.NewRequest("GET", "${URL}", nil)\nreq.Header.Set("X-Key", "bot-1")\nreq.Header.Set("X-Sign", "${SIGN}")\n{"code":"50113","msg":"Invalid Sign"}`,
    { ...GET, answer: '{"code":"50113","msg":"Invalid Sign"}' },
  ],
])('a program is read as its request: %s', (_, text, expected) => {
  expect(shown(readCapture(text))).toEqual({ format: 'program', ...expected })
})

test.each<[string, string, object]>([
  [
    'Python',
    `fetch Request: okx POST ${URL} RequestHeaders: {'X-Key': 'bot-1', 'X-Sign': 'ab+/='} RequestBody: {"a":1}\n\nfetch Response: okx POST ${URL} 401 ResponseHeaders: {'Date': 'Tue, 14 Nov 2023 22:13:21 GMT'} ResponseBody: {"code":"50113"}\n`,
    { ...POST, headers: { 'X-Key': 'bot-1', 'X-Sign': 'ab+/=' }, answer: '{"code":"50113"}' },
  ],
  [
    'Node',
    `fetch Request:\n okx GET ${URL} \nRequestHeaders:\n {\n  Key: 'bot-1',\n  'X-Sign': 'ab+/='\n} \nRequestBody:\n undefined \n\nhandleRestResponse:\n okx GET ${URL} 401 Unauthorized \nResponseHeaders:\n {} \nResponseBody:\n {"code":"50113"} \n`,
    { ...GET, headers: { Key: 'bot-1', 'X-Sign': 'ab+/=' }, answer: '{"code":"50113"}' },
  ],
])('what ccxt prints for %s', (_, text, expected) => {
  expect(shown(readCapture(text))).toEqual({ format: 'printed', ...expected })
})

test('a long program costs its length', () => {
  const line = 'req.Header.Set("X-Key", "bot-1" + name)\nheaders = { "a": [[[ "b", "c" : \n'
  const of = (count: number): number => {
    const text = `req, err := http.NewRequest("GET", "${URL}", nil)\n${line.repeat(count)}`
    const from = cpuMs()
    readCapture(text)
    return cpuMs() - from
  }
  of(100)
  expect(of(8_000)).toBeLessThan(1_500)
})
