import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { fail } from '../../errors.js'
import { EXIT } from '../exit-codes.js'
import { pageServer } from '../page-server.js'
import { usage } from '../usage.js'
import { type Call, print, textOf } from '../world.js'

/** From a part of the built command, and from its sources. */
const PLACES = ['../inspector/index.html', '../../../dist/inspector/index.html']

/** `inspect`: the debugging page on this machine, until it is stopped. Opens nothing by itself. */
export async function run(call: Call): Promise<number> {
  const port = portOf(textOf(call.options, 'port') ?? '0')
  const server = pageServer(await pageText())
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  print(call, `the debugging page is at ${url} until this command is stopped\n`, { url })
  await stopped()
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
  return EXIT.ok
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : usage('--port must be a number from 0 (any free one) to 65535')
}

async function pageText(): Promise<string> {
  for (const place of PLACES) {
    try {
      return await readFile(new URL(place, import.meta.url), 'utf8')
    } catch {
      // Not from here: the next place.
    }
  }
  return fail('CONFIG_INVALID', 'the debugging page is missing in this installation: npm run build makes it')
}

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
