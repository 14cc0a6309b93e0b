import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { folder, listener, type Received } from '../unit/cli/world.js'
import { invoke } from './invoke.js'

const at = folder()
const server = await listener()
const has = await promisify(execFile)('curl', ['--version']).then(
  () => true,
  () => false,
)

beforeAll(async () => {
  await invoke(['keygen', at('bot')])
  writeFileSync(at('bytes'), new Uint8Array([0, 1, 255, 10, 39, 92, 37]))
  writeFileSync(at('at'), '@not a file')
})

/** What signatures and their times make different from one call to the next. */
const plain = ({ method, url, headers, body }: Received) => {
  const { signature, 'signature-input': input, connection: _, ...rest } = headers
  return { method, url, body, headers: rest, signed: signature !== undefined && input !== undefined }
}

test.runIf(has).each([
  ['a GET', ['GET', '/a?x=[1-3]&y={a,b}']],
  ['dots in a path', ['GET', '/a//b%2e%2e/c']],
  ['JSON with quotes', ['POST', '/a', `text=it's "quoted" $HOME \`id\` \\n`, "X-Odd:it's $(id)"]],
  ['an empty header', ['GET', '/a', 'X-Empty:']],
  ['a body that begins with @', ['POST', '/a', '@AT', 'Content-Type:text/plain']],
  ['bytes, NUL among them', ['POST', '/a', '@BYTES']],
  ['no body', ['POST', '/a']],
  ['HEAD', ['HEAD', '/a']],
])('the printed curl line sends %s as the command itself would', async (_what, [method, path, ...items]) => {
  const words = items.map((item) => item.replace('@AT', `@${at('at')}`).replace('@BYTES', `@${at('bytes')}`))
  const argv = ['request', method as string, `${server.origin}${path}`, ...words, '--key', `file:${at('bot.pem')}`]
  expect((await invoke(argv)).code).toBe(0)
  const sent = server.received.at(-1)
  const { stdout } = await invoke([...argv, '--print-curl'])
  // sh is dash or bash in POSIX mode: nothing in the line may need more.
  await promisify(execFile)('sh', ['-c', stdout])
  const curled = server.received.at(-1)
  expect(curled).not.toBe(sent)
  expect(plain(curled as Received)).toEqual(plain(sent as Received))
})
