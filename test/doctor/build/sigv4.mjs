// Requests of AWS SigV4, whose refusals show the text that the service has built.
import { createHmac } from 'node:crypto'
import { answered, http, SECRET, same, sha, write } from './case.mjs'

export const TIME = '20231114T221320Z'
export const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const AWS =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
/** A request of SigV4, and the answer of a service that has built another text of it where `server` states what. */
export const sigv4 = (
  name,
  source,
  expected,
  {
    method = 'GET',
    service = 'execute-api',
    host = 'abc.execute-api.us-east-1.amazonaws.com',
    region = 'us-east-1',
    path = '/',
    wirePath = path,
    query = '',
    wireQuery = query,
    headers = [],
    wire = headers,
    list,
    body = '',
    payload = sha(body),
    server,
    signedHost = host,
    options = { secret: SECRET },
  },
) => {
  const area = `20231114/${region}/${service}/aws4_request`
  const dated = [
    ['host', host],
    ['x-amz-date', TIME],
  ]
  const lines = (all) =>
    [...all]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([one, value]) => `${one}:${value}\n`)
      .join('')
  const names = list ?? [...new Set([...dated, ...headers].map(([one]) => one))].sort().join(';')
  const canonical = [method, path, query, lines([['host', signedHost], dated[1], ...headers]), names, payload].join(
    '\n',
  )
  const text = ['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n')
  const key = area.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
  const request = http(
    method,
    host,
    wirePath + (wireQuery && `?${wireQuery}`),
    [
      ['x-amz-date', TIME],
      ...wire,
      [
        'Authorization',
        `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${names}, Signature=${createHmac('sha256', key).update(text).digest('hex')}`,
      ],
    ],
    body,
  )
  const seen =
    server === undefined
      ? undefined
      : [
          method,
          server.path ?? path,
          server.query ?? query,
          lines([...dated, ...(server.headers ?? headers)]),
          server.list ?? names,
          server.payload ?? sha(body),
        ].join('\n')
  const message =
    seen &&
    `${AWS}\n\nThe Canonical String for this request should have been\n'${seen}'\n\nThe String-to-Sign should have been\n'${['AWS4-HMAC-SHA256', TIME, area, sha(seen)].join('\n')}'\n`
  write(
    `sigv4-${name}`,
    'sigv4',
    source,
    same,
    expected,
    message === undefined ? request : answered(request, '403 Forbidden', JSON.stringify({ message })),
    options,
  )
}
