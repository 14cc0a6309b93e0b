// A request as programs print it: the lines are ours, in the manner of each program.

const single = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const bare = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : single(name))
const inspected = (pairs, space) => pairs.map(([name, value]) => `${space}${bare(name)}: ${single(value)}`).join(',\n')

/** What Node prints of an error of axios. */
export const axiosError = (method, url, headers, data, status, answer) =>
  `AxiosError: Request failed with status code ${status}\n    at settle (/app/node_modules/axios/lib/core/settle.js:19:12)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {\n  code: 'ERR_BAD_REQUEST',\n  config: {\n    transitional: {\n      silentJSONParsing: true,\n      forcedJSONParsing: true,\n      clarifyTimeoutError: false\n    },\n    adapter: [ 'xhr', 'http' ],\n    transformRequest: [ [Function: transformRequest] ],\n    timeout: 0,\n    xsrfCookieName: 'XSRF-TOKEN',\n    validateStatus: [Function: validateStatus],\n    headers: Object [AxiosHeaders] {\n${inspected([['Accept', 'application/json, text/plain, */*'], ...headers], '      ')}\n    },\n    method: ${single(method.toLowerCase())},\n    url: ${single(url)},\n    data: ${data === '' ? 'undefined' : single(data)}\n  },\n  request: <ref *1> ClientRequest {\n    _events: [Object: null prototype] {},\n    _eventsCount: 7\n  },\n  response: {\n    status: ${status},\n    statusText: 'Bad Request',\n    headers: Object [AxiosHeaders] {\n      'content-type': 'application/json'\n    },\n    data: ${answer}\n  }\n}\n`

/** An entry of a HAR file. */
export const har = (method, url, headers, body, status, answer) =>
  JSON.stringify(
    {
      startedDateTime: '2023-11-14T22:13:20.500Z',
      time: 41,
      request: {
        method,
        url,
        httpVersion: 'http/2.0',
        headers: headers.map(([name, value]) => ({ name: name.toLowerCase(), value })),
        queryString: [],
        cookies: [],
        headersSize: -1,
        bodySize: body.length,
        ...(body !== '' && { postData: { mimeType: 'application/json', text: body } }),
      },
      response: {
        status,
        statusText: '',
        httpVersion: 'http/2.0',
        headers: [{ name: 'content-type', value: 'application/json' }],
        content: { size: answer.length, mimeType: 'application/json', text: answer },
        redirectURL: '',
      },
    },
    null,
    2,
  )

/** curl -v. */
export const curlVerbose = (method, url, headers, body, status, answer) => {
  const { host, pathname, search, protocol } = new URL(url)
  const port = protocol === 'http:' ? 80 : 443
  return `*   Trying 104.16.1.1:${port}...\n* Connected to ${host} (104.16.1.1) port ${port} (#0)\n* using HTTP/1.1\n> ${method} ${pathname}${search} HTTP/1.1\n> Host: ${host}\n> User-Agent: curl/8.1.2\n> Accept: */*\n${headers.map(([name, value]) => `> ${name}: ${value}\n`).join('')}${body === '' ? '' : `> Content-Length: ${body.length}\n`}> \n${body === '' ? '' : `* upload completely sent off: ${body.length} out of ${body.length} bytes\n`}< HTTP/1.1 ${status}\n< Date: Tue, 14 Nov 2023 22:13:21 GMT\n< Content-Type: application/json\n< \n* Connection #0 to host ${host} left intact\n${answer}\n`
}

/** What http.client of Python prints with debuglevel 1. */
export const httpClient = (method, url, headers, body, status, answer) => {
  const { host, pathname, search } = new URL(url)
  const head = [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...headers.map((one) => one.join(': '))]
  return `send: b${single(`${head.join('\r\n')}\r\n\r\n`)
    .replaceAll('\r', '\\r')
    .replaceAll(
      '\n',
      '\\n',
    )}\n${body === '' ? '' : `send: b${single(body)}\n`}reply: 'HTTP/1.1 ${status}\\r\\n'\nheader: Date: Tue, 14 Nov 2023 22:13:21 GMT\nheader: Content-Type: application/json\n${answer}\n`
}

/** What requests_toolbelt dumps. */
export const toolbelt = (method, url, headers, body, status, answer) => {
  const { host, pathname, search } = new URL(url)
  return `< ${method} ${pathname}${search} HTTP/1.1\n< Host: ${host}\n${headers.map(([name, value]) => `< ${name}: ${value}\n`).join('')}< \n${body === '' ? '' : `< ${body}\n`}> HTTP/1.1 ${status}\n> Date: Tue, 14 Nov 2023 22:13:21 GMT\n> Content-Type: application/json\n> \n${answer}\n`
}

/** print_r of PHP, as ccxt shows it with `verbose`. */
export const phpPrinted = (method, url, headers, body, status, answer) =>
  `Array\n(\n    [0] => Request:\n    [1] => ${method}\n    [2] => ${url}\n    [3] => Array\n        (\n${headers.map(([name, value]) => `            [${name}] => ${value}\n`).join('')}        )\n\n    [4] => ${body}\n)\nArray\n(\n    [0] => Response:\n    [1] => ${method}\n    [2] => ${url}\n    [3] => ${status}\n    [4] => \n    [5] => Array\n        (\n            [Date] => Tue, 14 Nov 2023 22:13:21 GMT\n            [Content-Type] => application/json\n        )\n\n    [6] => ${answer}\n)\n`

/** Maps as Go prints them, in a line of a log. */
export const goPrinted = (method, url, headers, body, answer) =>
  `2023/11/14 22:13:20 Request: ${method} ${url} Headers: map[${headers.map(([name, value]) => `${name}:${value}`).join(' ')}] Body: ${body === '' ? '<nil>' : body}\n2023/11/14 22:13:21 Response: ${answer}\n`

/** The Debug form of reqwest. */
export const rustDebug = (method, host, path, headers) =>
  `RequestBuilder {\n    method: ${method},\n    url: Url {\n        scheme: "https",\n        cannot_be_a_base: false,\n        username: "",\n        password: None,\n        host: Some(\n            Domain(\n                ${JSON.stringify(host)},\n            ),\n        ),\n        port: None,\n        path: ${JSON.stringify(path)},\n        query: None,\n        fragment: None,\n    },\n    headers: {\n${headers.map(([name, value]) => `        ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join('')}    },\n}\n`

/** HttpRequestMessage.ToString of .NET. */
export const dotnet = (method, url, headers) =>
  `Method: ${method}, RequestUri: '${url}', Version: 1.1, Content: <null>, Headers:\n{\n${headers.map(([name, value]) => `  ${name}: ${value}\n`).join('')}}\n`

/** The environment of WSGI. */
export const environ = (method, host, path, query, headers, body) =>
  `{${[
    ['REQUEST_METHOD', method],
    ['PATH_INFO', path],
    ['QUERY_STRING', query],
    ['SERVER_NAME', host],
    ['SERVER_PORT', '443'],
    ['wsgi.url_scheme', 'https'],
    ['HTTP_HOST', host],
    ...headers.map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value]),
  ]
    .map(([name, value]) => `${single(name)}: ${single(value)}`)
    .join(',\n ')}}\n\n${body}\n`

/** What the SDKs of Azure show of a refused request. */
export const restError = (method, url, headers, status, detail) =>
  JSON.stringify(
    {
      name: 'RestError',
      code: 'AuthenticationFailed',
      statusCode: status,
      request: {
        streamResponseStatusCodes: {},
        url,
        method,
        headers: {
          _headersMap: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), { name, value }])),
        },
        withCredentials: false,
        timeout: 0,
      },
      details: { errorCode: 'AuthenticationFailed', AuthenticationErrorDetail: detail },
    },
    null,
    2,
  )

/** What a receiver on Node prints of a request. */
export const received = (method, url, headers, body) =>
  `{\n  method: ${single(method)},\n  url: ${single(url)},\n  headers: {\n${inspected(
    headers.map(([name, value]) => [name.toLowerCase(), value]),
    '    ',
  )}\n  },\n  body: ${single(body)}\n}\n`
