import { createServer, type ServerResponse } from 'node:http'
import process from 'node:process'
import { bareHost, isThisMachine } from '../../../access/this-machine.js'
import { createKeyringApi } from '../../../keyring/api/api.js'
import { rfc9421Verifier } from '../../../schemes/rfc9421/verifier.js'
import { withSignature } from '../../../server/middleware/node.js'
import { strictPolicy } from '../../../server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../server/replay/memory.js'
import { createVerifier } from '../../../server/verifier.js'
import { EXIT } from '../../exit-codes.js'
import { type OpenKeyring, withKeyring } from '../../open-keyring.js'
import { oneLine } from '../../screen.js'
import { usage } from '../../usage.js'
import { type Call, flagOf, print, textOf } from '../../world.js'
import { CONSOLE_PATH, openConsole, withDefaults } from './console.js'

/** How long answers that were begun may take when it is stopped. */
const LAST_ANSWERS_MS = 5_000

/**
 * `keys serve`: the admin API of the keyring, until it is stopped. Every request is signed with a key of the same keyring. With
 * `--console` the keys page as well, for one administrator who comes in by a link.
 */
export function run(asked: Call): Promise<number> {
  const { host, port } = placeOf(textOf(asked.options, 'listen') ?? '127.0.0.1:8787')
  assertReach(host, textOf(asked.options, 'origin'))
  const hasConsole = flagOf(asked.options, 'console')
  const call = hasConsole ? withDefaults(asked) : asked
  const job = async (open: OpenKeyring): Promise<number> => {
    const { keyring, log, name } = open
    const stated = textOf(call.options, 'origin')
    const origins = stated === undefined ? originsOfThisMachine(host, port) : [stated]
    const [origin] = origins as [string]
    const authorities = origins.map(authorityOf)
    const replay = memoryReplayStore()
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: keyring,
      policy: strictPolicy({ authorities, maxBodyBytes: 262_144 }),
      replay,
      ...(log && { audit: log.sink }),
    })
    const api = createKeyringApi({ keyring, ...(log?.incident && { incident: log.incident }) })
    const page = hasConsole ? await openConsole(call, open, origins) : undefined
    const signed = withSignature(
      verifier,
      // It routes by what was signed: the request itself is not looked at.
      async (_request, response: ServerResponse, verdict) => write(response, await api(new Request(origin), verdict)),
      stated === undefined ? {} : { publicOrigin: stated },
    )
    const server = createServer((request, response) => {
      if (page === undefined || !isBelow(request.url ?? '', CONSOLE_PATH)) return signed(request, response)
      // A page elsewhere whose name leads here (DNS rebinding) gets nothing.
      const listener = page.listeners[authorities.indexOf(request.headers.host ?? '')]
      if (listener === undefined) return response.writeHead(421, { 'content-length': 0 }).end()
      return listener(request, response)
    })
    // What was signed just before a restart may have been accepted already.
    call.world.stderr.write(
      'countersign: waiting until no request from before this start can be replayed: a few seconds\n',
    )
    await replay.ready()
    await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, host, resolve))
    print(
      call,
      `the keyring of prefix ${name.prefix} in ${oneLine(name.store)}\nthe admin API is at ${origin}/v1/keys, for requests that are signed with a key of ${keyring.environment}\n`,
      { origin, ...name, ...(page && { console: page.link }) },
    )
    if (page !== undefined && !call.json) print(call, `the keys page, once and within 15 minutes: ${page.link}\n`, {})
    await stopped()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
      // A connection that never ends must not keep the keyring open.
      setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref()
    })
    return EXIT.ok
  }
  return withKeyring(call, job, hasConsole)
}

/** Whether a target is a path or below it. */
const isBelow = (target: string, path: string): boolean =>
  target.startsWith(path) && ['/', '?', ''].includes(target.charAt(path.length))

const PLACE = '--listen must be an address and a port from 1 to 65535, such as 127.0.0.1:8787'

function placeOf(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? usage(PLACE)
  return Number(port) >= 1 && Number(port) <= 65_535 ? { host: bareHost(host), port: Number(port) } : usage(PLACE)
}

/** Secrets of new keys are in the answers: what other machines reach must be reached through TLS, which a proxy ends. */
function assertReach(host: string, origin: string | undefined): void {
  if (isThisMachine(host) || origin?.startsWith('https://') === true) return
  usage(
    '--listen is an address that other machines reach: state --origin https://…, the name under which a proxy with TLS passes requests on',
  )
}

/** What a server is called that only this machine reaches: by its name first, and by the address that it listens on. */
function originsOfThisMachine(host: string, port: number): readonly string[] {
  const address = host.includes(':') ? `[${host}]` : host
  return [...new Set(['localhost', '127.0.0.1', address])].map((name) => new URL(`http://${name}:${port}`).origin)
}

const authorityOf = (origin: string): string =>
  URL.canParse(origin) ? new URL(origin).host : usage('--origin must be a URL such as https://keys.example.com')

async function write(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, [...answer.headers].flat())
  response.end(new Uint8Array(await answer.arrayBuffer()))
}

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
