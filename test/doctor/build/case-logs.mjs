// A request as the logs of clients and tools show it: the lines are ours, in the manner of each.

const single = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const dict = (pairs, mark = '') => `{${pairs.map(([name, value]) => `'${name}': ${mark}${single(value)}`).join(', ')}}`

/** The wire log of Apache HttpClient. */
export const apacheWire = (method, url, headers, body, status, answer) => {
  const { host, pathname, search } = new URL(url)
  const line = (mark, text) => `22:13:20.482 [main] DEBUG org.apache.http.wire - http-outgoing-0 ${mark} "${text}"\n`
  return [
    ...[`${method} ${pathname}${search} HTTP/1.1`, ...headers.map((one) => one.join(': ')), `Host: ${host}`].map(
      (one) => line('>>', `${one}[\\r][\\n]`),
    ),
    line('>>', '[\\r][\\n]'),
    ...(body === '' ? [] : [line('>>', body)]),
    line('<<', `HTTP/1.1 ${status}[\\r][\\n]`),
    line('<<', 'Content-Type: application/json[\\r][\\n]'),
    line('<<', '[\\r][\\n]'),
    line('<<', answer),
  ].join('')
}

/** What a session of Python shows of a prepared request. */
export const pythonSession = (method, url, headers, body, status, answer) =>
  `>>> r.request.method, r.request.url\n('${method}', '${url}')\n>>> r.request.headers\n${dict([['User-Agent', 'python-requests/2.31.0'], ['Accept', '*/*'], ...headers])}\n>>> r.request.body\n${body === '' ? '' : `${single(body)}\n`}>>> r.status_code\n${status}\n>>> r.text\n${single(answer)}\n`

/** aws --debug, and botocore with its logger set to DEBUG. */
export const botocoreDebug = (method, url, headers, canonical, text, _status, answer) => {
  const at = '2023-11-14 22:13:20,482 - MainThread -'
  return `${at} botocore.auth - DEBUG - Calculating signature using v4 auth.\n${at} botocore.auth - DEBUG - CanonicalRequest:\n${canonical}\n${at} botocore.auth - DEBUG - StringToSign:\n${text}\n${at} botocore.endpoint - DEBUG - Sending http request: <AWSPreparedRequest stream_output=False, method=${method}, url=${url}, headers=${dict(headers, 'b')}>\n${at} botocore.parsers - DEBUG - Response headers: {'Content-Type': 'application/xml', 'Date': 'Tue, 14 Nov 2023 22:13:21 GMT'}\n${at} botocore.parsers - DEBUG - Response body:\nb${single(answer)}\n`
}

/** s3cmd --debug. */
export const s3cmdDebug = (method, host, uri, headers, canonical, status, answer) =>
  `DEBUG: Using signature v4\nDEBUG: get_hostname(None): ${host}\nDEBUG: Canonical Request:\n${canonical}\n----------------------\nDEBUG: signature-v4 headers: ${dict(headers)}\nDEBUG: Processing request, please wait...\nDEBUG: get_hostname(None): ${host}\nDEBUG: ConnMan.get(): creating new connection: https://${host}\nDEBUG: format_uri(): ${uri}\nDEBUG: Sending request method_string='${method}', uri='${uri}', headers=${dict(headers)}, body=(0 bytes)\nDEBUG: Response:\n{'data': ${single(answer)},\n 'headers': {'content-type': 'application/xml'},\n 'reason': 'Forbidden',\n 'status': ${status}}\n`

/** rclone --dump headers. */
export const rcloneDump = (method, url, headers, status, answer) => {
  const { host, pathname, search } = new URL(url)
  const at = '2023/11/14 22:13:20 DEBUG :'
  const bar = (mark) => `${at} ${mark.repeat(48)}\n`
  return `${bar('>')}${at} HTTP REQUEST (req 0xc000712200)\n${at} ${method} ${pathname}${search} HTTP/1.1\nHost: ${host}\nUser-Agent: rclone/v1.61.1\n${headers.map(([name, value]) => `${name}: ${value}\n`).join('')}\n${bar('>')}${bar('<')}${at} HTTP RESPONSE (req 0xc000712200)\n${at} HTTP/1.1 ${status}\nContent-Type: application/xml; charset=UTF-8\n\n${answer}\n${bar('<')}`
}

/** Names and values in a line, as Terraform logs the requests of its backend. */
export const terraformLog = (method, url, headers, status) =>
  `2023-11-14T22:13:20.057Z [DEBUG] backend-s3: HTTP Request Sent: aws.region=main aws.s3.bucket=boe rpc.method=ListObjectsV2 rpc.service=S3 http.method=${method} ${headers.map(([name, value]) => `http.request.header.${name.toLowerCase().replaceAll('-', '_')}=${/[\s=,]/.test(value) ? JSON.stringify(value) : value}`).join(' ')} http.url=${url}\n2023-11-14T22:13:20.657Z [DEBUG] backend-s3: HTTP Response Received: http.status_code=${status} http.response.header.server=cloudflare\n`

/** The LoggingFeature of Jersey. */
export const jersey = (method, url, headers, body, status, answer) =>
  `INFO: 1 * Sending client request on thread main\n1 > ${method} ${url}\n${headers.map(([name, value]) => `1 > ${name}: ${value}\n`).join('')}${body === '' ? '' : `${body}\n`}\nINFO: 1 * Client response received on thread main\n1 < ${status}\n1 < Content-Type: application/json\n${answer}\n`

/** What the Java SDK of OKX logs. */
export const okxJava = (method, url, headers, body, prehash, status, answer) =>
  `20:04:49.639 [main] INFO com.okex.open.api.client.APIHttpClient - \n\tRequest(2023-11-14 22:13:20:637):\n\t\tUrl: ${url}\n\t\tMethod: ${method}\n\t\tHeaders: \n${headers.map(([name, value]) => `\t\t\t${name}: ${value}\n`).join('')}\t\trequest body: ${body}\n\t\tpreHash: ${prehash}\n20:04:50.280 [main] INFO com.okex.open.api.client.APIClient - \n\tResponse(2023-11-14 22:13:21:280):\n\t\tStatus: ${status}\n\t\tMessage: \n\t\tResponse Body:${answer}\n`

/** Options of http.request of Node. */
export const nodeOptions = (method, url, headers) => {
  const { hostname, pathname, search } = new URL(url)
  return `{ host: '${hostname}',\n  port: 443,\n  path: '${pathname}${search}',\n  method: '${method}',\n  headers:\n   { ${headers.map(([name, value]) => `${/^[A-Za-z]\w*$/.test(name) ? name : single(name)}: ${single(value)}`).join(',\n     ')} } }\n`
}

/** What FastAPI and Starlette print of a request. */
export const starlette = (method, url, headers, body) =>
  `INFO:     172.18.0.1:51234 - "${method} ${new URL(url).pathname} HTTP/1.1"\nurl: ${url}\nheaders: Headers(${dict(headers.map(([name, value]) => [name.toLowerCase(), value]))})\nbody: b${single(body)}\n`
