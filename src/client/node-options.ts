import { fail, nearest } from '../errors.js'

/** What belongs to the connection, as Node 24 documents it for `http.request`, `https.request`, `net.connect` and `tls.connect`. */
const OF_CONNECTION: readonly string[] = [
  ...['agent', 'createConnection', 'family', 'hints', 'insecureHTTPParser', 'joinDuplicateHeaders', 'localAddress'],
  ...['localPort', 'lookup', 'maxHeaderSize', 'signal', 'socketPath', 'timeout', 'uniqueHeaders', 'noDelay'],
  ...['autoSelectFamily', 'autoSelectFamilyAttemptTimeout', 'blockList', 'highWaterMark', 'onread', 'allowHalfOpen'],
  ...['keepAlive', 'keepAliveInitialDelay', 'shouldKeepAlive', '_defaultAgent'],
  ...['ca', 'cert', 'ciphers', 'clientCertEngine', 'crl', 'dhparam', 'ecdhCurve', 'honorCipherOrder', 'key'],
  ...['passphrase', 'pfx', 'rejectUnauthorized', 'secureOptions', 'secureProtocol', 'servername', 'sessionIdContext'],
  ...['minVersion', 'maxVersion', 'sigalgs', 'allowPartialTrustChain', 'privateKeyEngine', 'privateKeyIdentifier'],
  ...['checkServerIdentity', 'session', 'secureContext', 'minDHSize', 'pskCallback', 'enableTrace', 'requestOCSP'],
  ...['ALPNProtocols', 'SNICallback', 'ticketKeys', 'sessionTimeout'],
]
const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set(OF_CONNECTION)

/** What the URL states, so that an option of that name would send another request than the signed one. */
const OF_URL = ['host', 'hostname', 'port', 'path', 'protocol', 'auth', 'defaultPort', 'setHost', 'search', 'pathname']

/** What other clients call it. A body that nothing reads would leave a signed order empty. */
const HINTS: Readonly<Record<string, string>> = {
  json: '"body" with JSON.stringify()',
  data: '"body" with JSON.stringify()',
  form: '"body" with a URLSearchParams as text',
  params: 'the query of the URL',
  query: 'the query of the URL',
  searchParams: 'the query of the URL',
  verb: '"method"',
  url: 'the first argument',
  uri: 'the first argument',
  abort: '"signal"',
}

/**
 * Refuses what stands beside `method`, `headers` and `body` and is not the connection's.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function assertConnectionOptions(rest: object): void {
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || KNOWN.has(name)) continue
    if (OF_URL.includes(name))
      fail('ARGUMENT_INVALID', `"${name}" would send another request than the signed one: it belongs into the URL`)
    const found = Object.hasOwn(HINTS, name)
      ? HINTS[name]
      : quoted(nearest(name, ['method', 'headers', 'body', ...KNOWN]))
    fail(
      'ARGUMENT_INVALID',
      `unknown option ${JSON.stringify(name.slice(0, 64))} of a request; ${found === undefined ? 'known: method, headers, body and what https.request takes for the connection' : `did you mean ${found}?`}`,
    )
  }
}

const quoted = (name: string | undefined): string | undefined => name && `"${name}"`
