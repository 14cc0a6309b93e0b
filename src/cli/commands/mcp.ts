import { createMcpServer } from '../../proxy/mcp/server.js'
import { EXIT } from '../exit-codes.js'
import { namingOptions } from '../option-errors.js'
import { lineText } from '../until-stopped.js'
import { VERSION } from '../version.js'
import { type Call, hide } from '../world.js'
import { optionsOf } from './proxy.js'

/** `mcp`: the targets of `proxy` for an assistant, on standard input and output, until the other side ends. */
export const run = (call: Call): Promise<number> => namingOptions(call, () => serve(call))

async function serve(call: Call): Promise<number> {
  const { world, json } = call
  const { targets } = await optionsOf(call)
  const server = createMcpServer({
    targets,
    version: VERSION,
    // Standard output is the protocol's.
    log: (entry) => world.stderr.write(`${hide(world, json ? JSON.stringify(entry) : lineText(entry))}\n`),
  })
  await server.connect()
  // The protocol ends with its input; the SDK's transport does not look for that.
  world.stdin.once('end', () => void server.close())
  await server.ended
  return EXIT.ok
}
