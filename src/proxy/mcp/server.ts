import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { CallToolRequest } from '@modelcontextprotocol/sdk/types.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { FUNCTION, LIST, TEXT, whole } from '../../support/option-kinds.js'
import type { ProxyLog } from '../log.js'
import type { ProxyTarget } from '../signing/target.js'
import { loadUndici, openUpstream, type Upstream } from '../upstream.js'
import { apisOf, callTool, toolsOf } from './tools.js'

/** Options of {@link createMcpServer}. */
export interface McpOptions {
  /** The APIs that an assistant may call: as of `createSigningProxy`. `prefix` is the name of each. */
  readonly targets: readonly ProxyTarget[]
  /** Largest body of an answer that is shown. Default 256 KiB: an assistant pays for what it reads. */
  readonly maxAnswerBytes?: number
  /** Version that the server states. Default `0`. */
  readonly version?: string
  /** Called once per call, when it has ended. */
  readonly log?: ProxyLog
}

const KNOWN: OptionNames<McpOptions> = {
  targets: [LIST, 2],
  maxAnswerBytes: whole(0, 16_777_216),
  version: TEXT,
  log: FUNCTION,
}
const HINTS = { target: 'targets', signer: 'targets: [{ signer }]', key: 'targets: [{ signer: rfc9421({ key }) }]' }

/** A server of the Model Context Protocol. */
export interface McpServer {
  /**
   * Starts, on a transport of the protocol's SDK. Default: standard input and output.
   *
   * @throws {CountersignError} `CONFIG_INVALID` where the SDK or undici is not installed, or it runs already.
   */
  connect(transport?: Transport): Promise<void>
  /** Ends. What has begun is aborted. */
  close(): Promise<void>
  /** Resolves when the other side has ended. */
  readonly ended: Promise<void>
}

/**
 * Targets, keys and policy of a signing proxy as a server of the Model Context Protocol: an assistant can call a signed API and never
 * sees a key. It offers one tool, `call_api`, which replaces credentials, follows no redirect, refuses what no route lists, and shows
 * of an answer its status, a few fields and its text.
 *
 * Needs `@modelcontextprotocol/sdk` and `undici` beside this package.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @see {@link https://modelcontextprotocol.io/specification | Model Context Protocol}
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { createMcpServer } from 'countersign/proxy'
 *
 * const key = hmacKey({ keyId: 'agent-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const server = createMcpServer({
 *   targets: [
 *     { target: 'https://api.example.com', signer: rfc9421({ key }), routes: [{ method: 'GET', path: '/orders/*' }] },
 *   ],
 * })
 * await server.connect()
 * ```
 */
export function createMcpServer(options: McpOptions): McpServer {
  const where = 'createMcpServer'
  assertOptions(where, options, KNOWN, HINTS)
  const { log, version = '0', maxAnswerBytes = 262_144 } = options
  const apis = apisOf(where, options.targets)
  const tools = toolsOf(apis)
  let running: { close(): Promise<void> } | undefined
  let end: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return {
    ended,
    connect: async (transport) => {
      if (running !== undefined) fail('CONFIG_INVALID', 'the server runs already')
      const [{ Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema }, undici] =
        await Promise.all([loadSdk(), loadUndici()])
      const upstreams = new Map(apis.map(({ target }) => [target, openUpstream(undici, target.settings)] as const))
      const server = new Server({ name: 'countersign', version }, { capabilities: { tools: {} } })
      server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...tools] }) as never)
      server.setRequestHandler(
        CallToolRequestSchema,
        async ({ params }: CallToolRequest, { signal }: { signal: AbortSignal }) => {
          if (params.name !== 'call_api') fail('ARGUMENT_INVALID', 'the only tool is call_api')
          return (await callTool({ apis, upstreams, log, maxAnswerBytes }, params.arguments, signal)) as never
        },
      )
      running = { close: () => closed(server, upstreams) }
      server.onclose = () => {
        void closed(undefined, upstreams).then(end)
      }
      try {
        await server.connect(transport ?? new StdioServerTransport())
      } catch (error) {
        running = undefined
        await closed(undefined, upstreams)
        throw error
      }
    },
    close: async () => {
      await running?.close()
      running = undefined
      end()
    },
  }
}

async function closed(
  server: { close(): Promise<void> } | undefined,
  upstreams: ReadonlyMap<unknown, Upstream>,
): Promise<void> {
  await server?.close()
  await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
}

/** The protocol's official SDK, of the caller's installation. */
async function loadSdk() {
  try {
    const [{ Server }, { StdioServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all(
      [
        import('@modelcontextprotocol/sdk/server/index.js'),
        import('@modelcontextprotocol/sdk/server/stdio.js'),
        import('@modelcontextprotocol/sdk/types.js'),
      ],
    )
    return { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema }
  } catch {
    return fail(
      'CONFIG_INVALID',
      'a server of the Model Context Protocol needs its SDK beside this package: npm install @modelcontextprotocol/sdk',
    )
  }
}
