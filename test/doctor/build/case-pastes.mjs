// A request as the program that sends it is pasted: the lines are ours, in the manner of each language.

const lit = (text) => JSON.stringify(text)
const single = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** OkHttp. */
export const java = (method, url, headers, body = '') =>
  `OkHttpClient client = new OkHttpClient();\n\n${body === '' ? '' : `RequestBody body = RequestBody.create(MediaType.parse("application/json"), ${lit(body)});\n`}Request request = new Request.Builder()\n    .url(${lit(url)})\n    .${method === 'GET' ? 'get()' : `method(${lit(method)}, ${body === '' ? 'null' : 'body'})`}\n${headers.map(([name, value]) => `    .addHeader(${lit(name)}, ${lit(value)})\n`).join('')}    .build();\n\nResponse response = client.newCall(request).execute();\n`

/** java.net.http of Java 11. */
export const java11 = (method, url, headers, body = '') =>
  `HttpRequest request = HttpRequest.newBuilder()\n    .uri(URI.create(${lit(url)}))\n${headers.map(([name, value]) => `    .header(${lit(name)}, ${lit(value)})\n`).join('')}    .${method === 'GET' ? 'GET()' : `method(${lit(method)}, HttpRequest.BodyPublishers.ofString(${lit(body)}))`}\n    .build();\nHttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n`

/** The curl extension. */
export const php = (method, url, headers, body = '') =>
  `<?php\n$ch = curl_init();\ncurl_setopt($ch, CURLOPT_URL, ${single(url)});\ncurl_setopt($ch, CURLOPT_RETURNTRANSFER, true);\n${method === 'GET' ? '' : `curl_setopt($ch, CURLOPT_CUSTOMREQUEST, ${single(method)});\n`}${body === '' ? '' : `curl_setopt($ch, CURLOPT_POSTFIELDS, ${single(body)});\n`}curl_setopt($ch, CURLOPT_HTTPHEADER, array(\n${headers.map(([name, value]) => `    ${single(`${name}: ${value}`)},\n`).join('')}));\n$response = curl_exec($ch);\n`

/** curl_setopt_array, as Postman writes it. */
export const phpArray = (method, url, headers, body = '') =>
  `<?php\n\n$curl = curl_init();\n\ncurl_setopt_array($curl, [\n  CURLOPT_URL => ${lit(url)},\n  CURLOPT_RETURNTRANSFER => true,\n  CURLOPT_CUSTOMREQUEST => ${lit(method)},\n${body === '' ? '' : `  CURLOPT_POSTFIELDS => ${lit(body)},\n`}  CURLOPT_HTTPHEADER => [\n${headers.map(([name, value]) => `    ${lit(`${name}: ${value}`)}`).join(',\n')}\n  ],\n]);\n\n$response = curl_exec($curl);\n$err = curl_error($curl);\n`

/** net/http. */
export const go = (method, url, headers, body = '') =>
  `client := &http.Client{}\n${body === '' ? '' : `payload := strings.NewReader(\`${body}\`)\n`}req, err := http.NewRequest(${lit(method)}, ${lit(url)}, ${body === '' ? 'nil' : 'payload'})\nif err != nil {\n\tlog.Fatal(err)\n}\n${headers.map(([name, value]) => `req.Header.Set(${lit(name)}, ${lit(value)})\n`).join('')}resp, err := client.Do(req)\n`

/** HttpClient of .NET. */
export const csharp = (method, url, headers, body = '') =>
  `var client = new HttpClient();\nvar request = new HttpRequestMessage(HttpMethod.${method[0]}${method.slice(1).toLowerCase()}, ${lit(url)});\n${headers.map(([name, value]) => `request.Headers.Add(${lit(name)}, ${lit(value)});\n`).join('')}${body === '' ? '' : `request.Content = new StringContent(${lit(body)}, Encoding.UTF8, "application/json");\n`}var response = await client.SendAsync(request);\n`

/** RestSharp. */
export const restSharp = (method, url, headers, body = '') =>
  `var client = new RestClient(${lit(url)});\nvar request = new RestRequest(Method.${method});\n${headers.map(([name, value]) => `request.AddHeader(${lit(name)}, ${lit(value)});\n`).join('')}${body === '' ? '' : `request.AddParameter("application/json", ${lit(body)}, ParameterType.RequestBody);\n`}IRestResponse response = client.Execute(request);\n`

/** Net::HTTP. */
export const ruby = (method, url, headers, body = '') =>
  `require 'net/http'\n\nuri = URI(${single(url)})\nhttp = Net::HTTP.new(uri.host, uri.port)\nhttp.use_ssl = true\nrequest = Net::HTTP::${method[0]}${method.slice(1).toLowerCase()}.new(uri)\n${headers.map(([name, value]) => `request[${single(name)}] = ${single(value)}\n`).join('')}${body === '' ? '' : `request.body = ${single(body)}\n`}response = http.request(request)\n`

/** requests. */
export const python = (method, url, headers, body = '') =>
  `import requests\n\nurl = ${lit(url)}\nheaders = {\n${headers.map(([name, value]) => `    ${single(name)}: ${single(value)},\n`).join('')}}\n${body === '' ? '' : `payload = ${single(body)}\n`}\nresponse = requests.request(${lit(method)}, url, headers=headers${body === '' ? '' : ', data=payload'})\nprint(response.text)\n`

const dict = (pairs) => `{${pairs.map(([name, value]) => `${single(name)}: ${single(value)}`).join(', ')}}`

/** What ccxt prints for Python with `verbose`. */
export const ccxtPython = (id, method, url, headers, body, status, answer) =>
  `\nfetch Request: ${id} ${method} ${url} RequestHeaders: ${dict(headers)} RequestBody: ${body === '' ? 'None' : body}\n\nfetch Response: ${id} ${method} ${url} ${status} ResponseHeaders: {'Date': 'Tue, 14 Nov 2023 22:13:21 GMT', 'Content-Type': 'application/json'} ResponseBody: ${answer}\n`

/** What ccxt prints for Node with `verbose`. */
export const ccxtNode = (id, method, url, headers, body, status, answer) =>
  `fetch Request:\n ${id} ${method} ${url} \nRequestHeaders:\n {\n${headers.map(([name, value]) => `  ${/^[A-Za-z]\w*$/.test(name) ? name : single(name)}: ${single(value)}`).join(',\n')}\n} \nRequestBody:\n ${body === '' ? 'undefined' : body} \n\nhandleRestResponse:\n ${id} ${method} ${url} ${status} \nResponseHeaders:\n { Date: 'Tue, 14 Nov 2023 22:13:21 GMT' } \nResponseBody:\n ${answer} \n\n`
