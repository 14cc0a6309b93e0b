import { type CommandRow, LISTEN_ELSEWHERE, type OptionRow } from './command-row.js'
import { KEYRING } from './keyring-options.js'
import { KEY, own, SIGNATURE, SIGNED_FOR, withExchange } from './signing-options.js'

/** Where `proxy` and `mcp` send to. */
const TARGETS: readonly OptionRow[] = [
  { flags: '-t, --target <url>', text: 'the service that is signed for' },
  { flags: '-c, --config <file>', text: 'targets, keys and policy from a file of JSON with comments' },
]
/** What they may call, and how they sign. */
const SIGNING: readonly OptionRow[] = [
  { flags: '--route <route>', text: 'what may be called: "GET /orders/*" (default: everything)', many: true },
  ...withExchange(KEY),
  ...own(SIGNATURE),
  { flags: '--timeout <duration>', text: 'how long to wait for an answer (default: 60s)' },
  { flags: '--max-body <size>', text: 'largest body that is read to be signed (default: 16m)' },
  { flags: '--allow-http', text: 'send without TLS, also to another machine' },
  ...SIGNED_FOR,
]

/** What stands between programs and services, and what attacks one. */
export const PROXY_COMMANDS: readonly CommandRow[] = [
  {
    name: 'proxy',
    args: [],
    text: 'sign what any program sends through an address of this machine, until stopped (docs/proxy.md)',
    options: [
      ...TARGETS,
      { flags: '--check', text: 'with --config: check the file and its keys, and end' },
      { flags: '--listen <address>', text: 'address and port (default: 127.0.0.1:8787)', elsewhere: LISTEN_ELSEWHERE },
      {
        flags: '--listen-beyond-loopback',
        text: 'allow another address than loopback: whatever reaches it can use the keys',
      },
      { flags: '--host <authority>', text: 'a further name that Host may have: host.docker.internal:8787', many: true },
      ...SIGNING,
    ],
    load: () => import('./commands/proxy.js'),
  },
  {
    name: 'mcp',
    args: [],
    text: 'the same targets, keys and policy for an assistant, by the Model Context Protocol on standard input and output',
    options: [...TARGETS, ...SIGNING],
    load: () => import('./commands/mcp.js'),
  },
  {
    name: 'gate',
    args: [],
    text: 'verify what arrives and pass it on to a service in any language, until stopped (docs/proxy.md)',
    options: [
      { flags: '-u, --upstream <url>', text: 'the service behind the gate: http://127.0.0.1:8080' },
      { flags: '--keys <file>', text: 'keys that are accepted: file:keys.json (or --store, a keyring)' },
      { flags: '--listen <address>', text: 'address and port (default: 127.0.0.1:8443)', elsewhere: LISTEN_ELSEWHERE },
      {
        flags: '--origin <url>',
        text: 'what clients call it: https://api.example.com (default: localhost and the port)',
      },
      {
        flags: '--route <route>',
        text: 'scope of a path: "GET /orders/* orders:read"; any other path is refused',
        many: true,
      },
      { flags: '--rate <limit>', text: 'requests of one key in a time: 600/1m' },
      { flags: '--peer-rate <limit>', text: 'refused requests of one address in a time: 60/1m' },
      {
        flags: '--trust-proxy <range>',
        text: 'addresses of proxies of your own, whose X-Forwarded-For counts',
        many: true,
      },
      { flags: '--covered-only', text: 'pass on only the fields that the signature covers' },
      { flags: '--max-body <size>', text: 'largest body (default: 1m)' },
      { flags: '--tls-cert <file>', text: 'certificate, where the gate ends TLS' },
      { flags: '--tls-key <place>', text: 'where its private key is kept' },
      { flags: '--admin <address>', text: 'serve /healthz, /readyz and /metrics there: 127.0.0.1:9464' },
      { flags: '--admin-beyond-loopback', text: 'allow another address than loopback for --admin' },
      { flags: '--timeout <duration>', text: 'how long to wait for the service (default: 60s)' },
      { flags: '--drain <duration>', text: 'how long /readyz says no before connections are refused (default: 0s)' },
      {
        flags: '--skip-restart-wait',
        text: 'listen at once: what was signed just before the start may be accepted a second time',
      },
      { flags: '--allow-http', text: 'speak to a service on another machine without TLS' },
      ...KEYRING,
    ],
    load: () => import('./commands/gate.js'),
  },
  {
    name: 'probe',
    args: [['<url>', 'a request that the server accepts, and that may be executed some thirty times']],
    text: 'try the attack catalogue on a server of your own that verifies RFC 9421 signatures',
    options: [
      ...KEY,
      { flags: '-X, --method <method>', text: 'default: GET, or POST with --data' },
      { flags: '-H, --header <line>', text: 'Name: value', many: true },
      { flags: '-d, --data <text>', text: 'body, or @FILE; without one the attacks on bodies are not tried' },
      { flags: '--label <name>', text: 'name of the signature (default: sig1)' },
      { flags: '--tag <text>', text: 'tag of the signature' },
      { flags: '--connect-to <address>', text: 'host:port to connect to, where the URL has a public name' },
      { flags: '--timeout <duration>', text: 'how long an answer may take (default: 5s)' },
      { flags: '--i-own-this-server', text: 'allow a host that is not this machine' },
    ],
    load: () => import('./commands/probe.js'),
  },
]
