import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listener } from '../unit/cli/world.js'
import { type Built, build } from './built.js'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
let built: Built
const server = await listener()

beforeAll(() => {
  built = build()
})
afterAll(() => built.remove())

test('the built command makes a key, signs, verifies and sends', async () => {
  expect(await built.run(['keygen', 'bot'])).toMatchObject({ code: 0, stderr: '' })
  const signed = await built.run(['sign', '--key', 'file:bot.pem'], { stdin: 'GET /a HTTP/1.1\nHost: a.example\n\n' })
  expect(signed).toMatchObject({ code: 0, stderr: '' })
  const verified = await built.run(['verify', '-P', 'bot.pub.pem'], { stdin: signed.stdout })
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^verified: key /) })
  const sent = await built.run(['request', 'POST', `${server.origin}/a`, 'x:=1', '--key', 'file:bot.pem'])
  expect(sent).toEqual({ code: 0, stdout: '{"ok":true}', stderr: '' })
  expect(server.received[0]?.headers['user-agent']).toBe(`countersign/${version}`)
})

test('the built command is executable by its first line and ends with the documented codes', async () => {
  expect(readFileSync(built.file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  expect((await built.run(['--version'])).stdout).toBe(`${version}\n`)
  expect((await built.run(['verify', '--nope'])).code).toBe(2)
  expect(
    (await built.run(['request', 'GET', 'http://127.0.0.1:9/', '--key', `file:${join(built.folder, 'bot.pem')}`])).code,
  ).toBe(3)
})
