// A request as people copy it out of tools and programs: each form is written after the tool, and not after a reader of it.

const single = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`

/** "Copy as cURL" of a browser on Linux or macOS. */
export const browserCurl = (method, url, headers, body = '') =>
  `curl ${quote(url)} \\\n${method === 'GET' || (method === 'POST' && body !== '') ? '' : `  -X ${quote(method)} \\\n`}${headers.map(([name, value]) => `  -H ${quote(`${name.toLowerCase()}: ${value}`)}`).join(' \\\n')}${body === '' ? '' : ` \\\n  --data-raw ${quote(body)}`} \\\n  --compressed`

/** The code that Postman makes for curl. */
export const postmanCurl = (method, url, headers, body = '') =>
  `curl --location${method === 'GET' ? '' : ` --request ${method}`} ${quote(url)} \\\n${headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`).join(' \\\n')}${body === '' ? '' : ` \\\n--data ${quote(body)}`}`

const caret = (text) => text.replace(/[&%{}^|<>!]/g, '^$&').replaceAll('"', '^\\^"')

/** "Copy as cURL (cmd)" of Chrome on Windows. */
export const chromeCmd = (method, url, headers, body = '') =>
  `curl ^"${caret(url)}^" ^\n${method === 'GET' || (method === 'POST' && body !== '') ? '' : `  -X ^"${method}^" ^\n`}${headers.map(([name, value]) => `  -H ^"${name.toLowerCase()}: ${caret(value)}^"`).join(' ^\n')}${body === '' ? '' : ` ^\n  --data-raw ^"${caret(body)}^"`}`

/** curl as it is typed at the prompt of cmd. */
export const typedCmd = (method, url, headers, body = '') =>
  `C:\\Users\\me>curl -X ${method} "${url}"${headers.map(([name, value]) => ` -H "${name}: ${value}"`).join('')}${body === '' ? '' : ` -d "${body.replaceAll('"', '\\"')}"`}`

const ticks = (text) => text.replace(/["$`]/g, '`$&')

/** "Copy as PowerShell" of Chrome and Edge. */
export const chromePowerShell = (method, url, headers, body = '') =>
  `$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"\nInvoke-WebRequest -UseBasicParsing -Uri "${ticks(url)}" \`\n-Method "${method}" \`\n-WebSession $session \`\n-Headers @{\n${headers
    .filter(([name]) => name !== 'Content-Type')
    .map(([name, value]) => `  "${name.toLowerCase()}"="${ticks(value)}"`)
    .join('\n')}\n} \`\n-ContentType "application/json"${body === '' ? '' : ` \`\n-Body "${ticks(body)}"`}`

/** A script of PowerShell. */
export const powerShellScript = (method, url, headers, body = '') =>
  `$uri = "${ticks(url)}"\n$headers = @{\n${headers.map(([name, value]) => `    '${name}' = '${value}'`).join('\n')}\n}\n${body === '' ? '' : `$body = '${body.replaceAll("'", "''")}'\n`}$response = Invoke-RestMethod -Uri $uri -Method ${method} -Headers $headers${body === '' ? '' : ' -Body $body'}\n`

/** "Copy as fetch" of a browser. */
export const browserFetch = (method, url, headers, body = '') =>
  `fetch(${JSON.stringify(url)}, {\n  "headers": ${JSON.stringify(Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])), null, 4).replace('\n}', '\n  }')},\n  "body": ${body === '' ? 'null' : JSON.stringify(body)},\n  "method": ${JSON.stringify(method)},\n  "mode": "cors",\n  "credentials": "include"\n});`

/** What `JSON.stringify` makes of an error of axios. */
export const axiosJson = (method, url, headers, body = '') =>
  JSON.stringify(
    {
      message: 'Request failed with status code 401',
      name: 'AxiosError',
      config: {
        transitional: { silentJSONParsing: true, forcedJSONParsing: true, clarifyTimeoutError: false },
        adapter: ['xhr', 'http', 'fetch'],
        timeout: 0,
        headers: { Accept: 'application/json, text/plain, */*', ...Object.fromEntries(headers) },
        method: method.toLowerCase(),
        url,
        ...(body !== '' && { data: body }),
      },
      code: 'ERR_BAD_REQUEST',
      status: 401,
    },
    null,
    2,
  )

/** A program with requests of Python. */
export const requestsCode = (method, url, headers, body = '') =>
  `import requests\n\nurl = ${JSON.stringify(url)}\n\nheaders = {\n${headers.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`).join('\n')}\n}\n${body === '' ? '' : `payload = ${single(body)}\n`}\nresponse = requests.request("${method}", url, headers=headers${body === '' ? '' : ', data=payload'})\nprint(response.status_code, response.text)\n`

/** A program with https of Node. */
export const nodeCode = (method, url, headers, body = '') => {
  const { hostname, pathname, search } = new URL(url)
  return `const https = require('https')\n\nconst options = {\n  hostname: '${hostname}',\n  port: 443,\n  path: '${pathname}${search}',\n  method: '${method}',\n  headers: {\n${headers.map(([name, value]) => `    '${name}': ${single(value)},`).join('\n')}\n  },\n}\n\nconst req = https.request(options, (res) => {\n  res.on('data', (d) => process.stdout.write(d))\n})\n${body === '' ? '' : `req.write(${single(body)})\n`}req.end()\n`
}

/** The timeline of Insomnia. */
export const insomnia = (method, url, headers, body, status, answer) => {
  const { host, pathname, search } = new URL(url)
  return `* Preparing request to ${url}\n* Current time is 2023-11-14T22:13:20.123Z\n* Enable automatic URL encoding\n* Using default HTTP version\n* Enable timeout of 30000ms\n* Enable SSL validation\n* Too old connection (312 seconds), disconnect it\n*   Trying 104.16.1.1:443...\n* Connected to ${host} (104.16.1.1) port 443 (#3)\n\n> ${method} ${pathname}${search} HTTP/1.1\n> Host: ${host}\n> User-Agent: insomnia/8.4.2\n${headers.map(([name, value]) => `> ${name}: ${value}\n`).join('')}> Accept: */*\n${body === '' ? '' : `> Content-Length: ${Buffer.byteLength(body)}\n\n| ${body}\n\n* We are completely uploaded and fine\n`}\n* Mark bundle as not supporting multiuse\n\n< HTTP/1.1 ${status}\n< Date: Tue, 14 Nov 2023 22:13:21 GMT\n< Content-Type: application/json\n\n* Received ${answer.length} B chunk\n* Connection #3 to host ${host} left intact\n\n${answer}`
}

/** The console of Postman, copied. */
export const postmanConsole = (method, url, headers, body, status, answer) =>
  `${method} ${url}\n${status}\n113 ms\nRequest Headers\n${headers.map(([name, value]) => `${name}: ${value}`).join('\n')}\nRequest Body\n${body}\nResponse Headers\nDate: Tue, 14 Nov 2023 22:13:21 GMT\nContent-Type: application/json\nResponse Body\n${answer}\n`

/** A collection that Postman exports. */
export const postmanCollection = (method, url, headers, body = '') => {
  const { protocol, hostname, pathname, searchParams } = new URL(url)
  return JSON.stringify(
    {
      info: { name: 'mine', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      item: [
        {
          name: 'order',
          request: {
            method,
            header: headers.map(([key, value]) => ({ key, value, type: 'text' })),
            ...(body !== '' && { body: { mode: 'raw', raw: body, options: { raw: { language: 'json' } } } }),
            url: {
              raw: url,
              protocol: protocol.slice(0, -1),
              host: hostname.split('.'),
              path: pathname.slice(1).split('/'),
              query: [...searchParams].map(([key, value]) => ({ key, value })),
            },
          },
          response: [],
        },
      ],
    },
    null,
    '\t',
  )
}

/** What a handler of Express prints. */
export const expressLog = (method, path, headers, body) =>
  `${method} ${path}\n{\n${headers.map(([name, value]) => `  ${/^[a-z]+$/.test(name.toLowerCase()) ? name.toLowerCase() : `'${name.toLowerCase()}'`}: ${single(value)}`).join(',\n')}\n}\nraw body: ${body}\nError: invalid signature\n    at /app/src/webhook.js:21:11\n`

/** A line of pino. */
export const pinoLine = (method, path, headers, body) =>
  JSON.stringify({
    level: 40,
    time: 1700000000123,
    pid: 1,
    hostname: 'web-1',
    req: {
      id: 7,
      method,
      url: path,
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      remoteAddress: '10.0.0.7',
      body,
    },
    msg: 'signature mismatch',
  })

/** What `set_debug_output` of Ruby prints. */
export const rubyDebug = (method, url, headers, body, status, answer) => {
  const { host, pathname, search } = new URL(url)
  const dumped = (text) => JSON.stringify(text)
  return `opening connection to ${host}:443...\nopened\nstarting SSL for ${host}:443...\nSSL established, protocol: TLSv1.3, cipher: TLS_AES_128_GCM_SHA256\n<- ${dumped(`${method} ${pathname}${search} HTTP/1.1\r\nAccept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3\r\nAccept: */*\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Host: ${host}\r\n${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n`)}\n${body === '' ? '' : `<- ${dumped(body)}\n`}-> ${dumped(`HTTP/1.1 ${status}\r\n`)}\n-> ${dumped('Content-Type: application/json\r\n')}\n-> ${dumped('\r\n')}\nreading ${answer.length} bytes...\n-> ${dumped(answer)}\nread ${answer.length} bytes\nConn close\n`
}

/** A request of httputil.DumpRequestOut that was printed with %q. */
export const goQuoted = (raw) => `2023/11/14 22:13:20 request: ${JSON.stringify(raw)}\n`

/** The history of a middleware of Guzzle. */
export const guzzleDebug = (method, url, headers, body, status, answer) => {
  const { host, pathname, search } = new URL(url)
  return `[2023-11-14T22:13:20.412345+00:00] guzzle.DEBUG: >>>>>>>> ${method} ${pathname}${search} HTTP/1.1 User-Agent: GuzzleHttp/7\n>>>>>>>>\n${method} ${pathname}${search} HTTP/1.1\nHost: ${host}\nUser-Agent: GuzzleHttp/7\n${headers.map(([name, value]) => `${name}: ${value}\n`).join('')}\n${body}\n<<<<<<<<\nHTTP/1.1 ${status}\nContent-Type: application/json\n\n${answer}\n--------\nNULL\n`
}

/** A file of the REST client of VS Code or IntelliJ. */
export const httpFile = (method, url, headers, body = '') =>
  `@token = unused\n\n### the order\n# @name order\n${method} ${url}\n${headers.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${body}\n\n### the next\nGET https://api.example.com/time\n`

/** A program with curl of PHP. */
export const phpCurl = (method, url, headers, body = '') =>
  `<?php\n$curl = curl_init();\n\ncurl_setopt_array($curl, array(\n  CURLOPT_URL => ${single(url)},\n  CURLOPT_RETURNTRANSFER => true,\n  CURLOPT_CUSTOMREQUEST => '${method}',\n${body === '' ? '' : `  CURLOPT_POSTFIELDS => ${single(body)},\n`}  CURLOPT_HTTPHEADER => array(\n${headers.map(([name, value]) => `    ${single(`${name}: ${value}`)},`).join('\n')}\n  ),\n));\n\n$response = curl_exec($curl);\n`

/** A test plan of JMeter, its "Request" tab. */
export const jmeter = (method, url, headers, body) =>
  `${method} ${url}\n\n${method} data:\n${body}\n\n[no cookies]\n\nRequest Headers:\nConnection: keep-alive\n${headers.map(([name, value]) => `${name}: ${value}`).join('\n')}\nContent-Length: ${Buffer.byteLength(body)}\nHost: ${new URL(url).host}\nUser-Agent: Apache-HttpClient/4.5.14 (Java/17.0.9)\n`

/** An event of API Gateway (2.0). */
export const gatewayEvent = (method, host, path, query, headers, body, isBase64Encoded = false) =>
  JSON.stringify(
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: query,
      headers: { host, ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])) },
      requestContext: {
        domainName: host,
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'hook/1' },
        stage: '$default',
      },
      body,
      isBase64Encoded,
    },
    null,
    2,
  )

/** A struct of HTTPoison. */
export const httpoison = (method, url, headers, body) =>
  `%HTTPoison.Request{\n  method: :${method.toLowerCase()},\n  url: ${JSON.stringify(url)},\n  headers: [\n${headers.map(([name, value]) => `    {${JSON.stringify(name)}, ${JSON.stringify(value)}}`).join(',\n')}\n  ],\n  body: ${JSON.stringify(body)},\n  params: %{},\n  options: []\n}\n`
