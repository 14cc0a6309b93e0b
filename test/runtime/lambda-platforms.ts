import type { IncomingMessage, RequestListener } from 'node:http'
import type { LambdaEvent, LambdaResult } from '../../src/server/middleware/lambda.js'

/** How a platform makes an event of a request, and an answer of a result, by its own documentation. */
export interface Platform {
  readonly event: (request: IncomingMessage, body: Buffer) => LambdaEvent
  /** Whether results may have lists of header values. */
  readonly lists: boolean
}

const TEXT = /^(?:text\/|application\/(?:json|x-www-form-urlencoded))/

/** Lines of one name together; the names in lower case where the platform does that. */
function listsOf({ rawHeaders }: IncomingMessage, lower: boolean): Record<string, string[]> {
  const out: Record<string, string[]> = {}
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = lower ? (rawHeaders[i] as string).toLowerCase() : (rawHeaders[i] as string)
    out[name] = [...(out[name] ?? []), rawHeaders[i + 1] as string]
  }
  return out
}

const joined = (lists: Record<string, string[]>, by: (values: string[]) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, by(values)]))

function bodyMembers(body: Buffer, base64: boolean): Pick<LambdaEvent, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { body: null, isBase64Encoded: false }
  return { body: body.toString(base64 ? 'base64' : 'utf8'), isBase64Encoded: base64 }
}

const isBinary = ({ headers }: IncomingMessage): boolean => !TEXT.test(headers['content-type'] ?? '')
const partsOf = ({ url = '' }: IncomingMessage): [path: string, query: string] => {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

/** Format 2.0: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function formatTwo(
  request: IncomingMessage,
  body: Buffer,
  domainName: string,
  path: string,
  base64: boolean,
): LambdaEvent {
  const { cookie, ...lists } = listsOf(request, true)
  const cookies = cookie?.flatMap((line) => line.split('; '))
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: partsOf(request)[1],
    ...(cookies === undefined ? {} : { cookies }),
    headers: joined(lists, (values) => values.join(',')),
    requestContext: { domainName, http: { method: request.method, path, sourceIp: request.socket.remoteAddress } },
    ...bodyMembers(body, base64),
  }
}

const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))

function queryLists(query: string, read: (text: string) => string): Record<string, string[]> {
  const out: Record<string, string[]> = {}
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', ...value] = pair.split('=')
    out[read(name)] = [...(out[read(name)] ?? []), read(value.join('='))]
  }
  return out
}

/** The members of formats with two of each: the last of several alone, and all of them. */
const both = (name: string, lists: Record<string, string[]>): object => ({
  [name]: joined(lists, (values) => values.at(-1) ?? ''),
  [`multiValue${name[0]?.toUpperCase()}${name.slice(1)}`]: lists,
})

export const PLATFORMS: Readonly<Record<string, Platform>> = {
  'function URL': {
    event: (request, body) =>
      formatTwo(request, body, 'abc.lambda-url.eu-central-1.on.aws', partsOf(request)[0], isBinary(request)),
    lists: false,
  },
  'function URL, every body in base64': {
    event: (request, body) => formatTwo(request, body, 'abc.lambda-url.us-east-1.on.aws', partsOf(request)[0], true),
    lists: false,
  },
  'HTTP API': {
    event: (request, body) =>
      formatTwo(
        request,
        body,
        'abc.execute-api.eu-central-1.amazonaws.com',
        decodeURIComponent(partsOf(request)[0]),
        isBinary(request),
      ),
    lists: false,
  },
  'REST API': {
    event: (request, body) => ({
      httpMethod: request.method ?? '',
      path: partsOf(request)[0],
      ...both('headers', listsOf(request, false)),
      ...both('queryStringParameters', queryLists(partsOf(request)[1], decoded)),
      requestContext: { path: partsOf(request)[0], identity: { sourceIp: request.socket.remoteAddress } },
      ...bodyMembers(body, false),
    }),
    lists: true,
  },
  'load balancer with lists': {
    event: (request, body) => ({
      httpMethod: request.method ?? '',
      path: partsOf(request)[0],
      multiValueHeaders: { ...listsOf(request, true), 'x-forwarded-proto': ['http'] },
      multiValueQueryStringParameters: queryLists(partsOf(request)[1], (text) => text),
      requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/a/b' } },
      ...bodyMembers(body, isBinary(request)),
    }),
    lists: true,
  },
}

/** A platform on a socket: reads a request, invokes the function, and sends its result. */
export const platformListener =
  ({ event, lists }: Platform, invoke: (event: LambdaEvent) => Promise<LambdaResult>): RequestListener =>
  async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    // What crosses to the function is JSON.
    const result = await invoke(JSON.parse(JSON.stringify(event(request, Buffer.concat(chunks)))) as LambdaEvent)
    if (!lists && result.multiValueHeaders !== undefined) throw new Error('this platform reads no lists')
    response.statusCode = result.statusCode
    for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value)
    for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) response.setHeader(name, values)
    if (result.cookies !== undefined) response.setHeader('set-cookie', result.cookies)
    response.end(Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8'))
  }
