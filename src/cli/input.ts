import { readFile } from 'node:fs/promises'
import { usage } from './usage.js'
import { argOf, type Call, readAll } from './world.js'

/** The file that is named, or standard input. */
export async function inputOf(call: Call): Promise<Uint8Array> {
  const path = argOf(call, 0)
  if (path !== '' && path !== '-') return new Uint8Array(await readFile(path))
  const { stdin, stderr } = call.world
  if (stdin.isTTY === true) stderr.write('reading from the terminal; end with Ctrl-D\n')
  const bytes = await readAll(stdin)
  return bytes.length === 0 ? usage('standard input is empty: pipe a message into this command') : bytes
}
