import { symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { afterAll, expect, it } from 'vitest'
import { upstream } from '../unit/proxy/world.js'
import { build } from './built.js'

const built = build()
// Its optional peers, as an installation has them beside it.
symlinkSync(resolve('node_modules'), join(built.folder, 'node_modules'))
afterAll(() => built.remove())

it('speaks the protocol on standard input and output, and logs on the other stream', async () => {
  const { origin, received } = await upstream()
  writeFileSync(join(built.folder, 'secret.txt'), 'a secret of enough characters!!!!', { mode: 0o600 })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      ...[built.file, 'mcp', '--target', origin, '--key', 'file:secret.txt', '--key-id', 'agent-1'],
      ...['--algorithm', 'hmac-sha256', '--route', 'GET /orders/*'],
    ],
    cwd: built.folder,
    stderr: 'pipe',
  })
  let log = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const client = new Client({ name: 'test', version: '0' })
  await client.connect(transport)
  const api = new URL(origin).host
  const call = (args: Record<string, unknown>) => client.callTool({ name: 'call_api', arguments: { api, ...args } })
  expect(await call({ path: '/orders/1' })).toMatchObject({ isError: false })
  expect(await call({ path: '/withdrawals' })).toMatchObject({ isError: true })
  expect(received).toHaveLength(1)
  expect(received[0]?.headers['signature-input']).toContain('keyid="agent-1"')
  await expect.poll(() => log.trim().split('\n').length).toBe(2)
  expect(log).toMatch(/GET \/orders\/1 -> \S+ 200 key=agent-1/)
  expect(log).toContain('ROUTE_REFUSED')
  expect(log).not.toContain('a secret of enough')
  await client.close()
})

it('refuses a command line without a target in words, and not in the protocol', async () => {
  const { code, stdout, stderr } = await built.run(['mcp'])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--target is missing')
})

it('ends when its input does', async () => {
  writeFileSync(join(built.folder, 'own.txt'), 'a secret of enough characters!!!!', { mode: 0o600 })
  const key = ['--key', 'file:own.txt', '--key-id', 'agent-1', '--algorithm', 'hmac-sha256']
  const { code, stdout } = await built.run(['mcp', '--target', 'https://api.example.com', ...key])
  expect([code, stdout]).toEqual([0, ''])
})
