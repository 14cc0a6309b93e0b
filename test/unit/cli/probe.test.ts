import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { invoke } from '../../cli/invoke.js'
import { brokenServer } from '../../probe/broken-servers.js'
import { listen } from '../../runtime/wire.js'
import { folder } from './world.js'

const at = folder()
const BODY = '{"qty":1}'
const keyed = (...more: string[]) => ['--key', `file:${at('bot.pem')}`, '--key-id', 'bot-1', ...more]

beforeAll(async () => {
  expect((await invoke(['keygen', at('bot'), '--key-id', 'bot-1'])).code).toBe(0)
})

const server = (fault: Parameters<typeof brokenServer>[2]) =>
  listen((authority) => brokenServer(readFileSync(at('bot.pub.pem'), 'utf8'), authority, fault))

describe('probe', () => {
  it('prints one row a try and ends with 0 where every attack was refused', async () => {
    const port = await server({})
    const { code, stdout, stderr } = await invoke(['probe', `http://127.0.0.1:${port}/orders`, ...keyed('-d', BODY)])
    expect([code, stderr]).toEqual([0, ''])
    const [head, first] = stdout.split('\n')
    expect(head).toMatch(/^no\. {2}attack +try +expected +got$/)
    expect(first).toMatch(/^1 +replay inside the window +the same bytes again +refused +refused \(401\)$/)
    expect(stdout).toMatch(
      /The honest request was accepted \(200\)\. Of (\d+) tries \1 were refused, none was accepted\.\n$/,
    )
    expect(stdout).toContain('not tried: 42 ECDSA with the other s, or in DER, which needs an ECDSA key')
  })

  it('ends with 1 where one was accepted, and names it again below the table', async () => {
    const port = await server({ noReplayStore: true })
    writeFileSync(at('body.json'), BODY)
    const { code, stdout } = await invoke([
      ...['probe', `http://127.0.0.1:${port}/orders`],
      ...keyed('-d', `@${at('body.json')}`, '-H', 'Content-Type: application/json'),
    ])
    expect(code).toBe(1)
    expect(stdout).toMatch(/, 4 ACCEPTED\.\n {2}1 replay inside the window: the same bytes again: ACCEPTED \(200\)\n/)
  })

  it('prints one document with --json', async () => {
    const port = await server({ digestUnchecked: true })
    const { code, stdout } = await invoke(['probe', `http://127.0.0.1:${port}/orders`, ...keyed('-d', BODY, '--json')])
    const { honest, rows, skipped } = JSON.parse(stdout)
    expect([code, honest]).toEqual([1, 200])
    expect(rows.filter(({ outcome }: { outcome: string }) => outcome === 'accepted')).toContainEqual({
      ...{ number: 80, attack: 'JSON that was serialised again', name: 'with other white space' },
      ...{ outcome: 'accepted', got: 200 },
    })
    expect(skipped).toContainEqual({ number: 42, attack: 'ECDSA with the other s, or in DER', lacks: 'an ECDSA key' })
  })

  it('ends with 3 where the honest request is refused, because then nothing is shown', async () => {
    const port = await server({})
    const { code, stdout, stderr } = await invoke([
      ...['probe', `http://127.0.0.1:${port}/orders`, '--key', `file:${at('bot.pem')}`],
      ...['--key-id', 'another'],
    ])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('the honest request must be accepted, got 401')
  })

  it.each([
    [['http://api.example.com/'], 'elsewhere needs --i-own-this-server'],
    [['http://localhost.example.com/'], 'elsewhere needs --i-own-this-server'],
    [['https://user:pass@localhost/'], 'without credentials'],
    [['ftp://localhost/'], 'must be a URL of http or https'],
    [['http://localhost/', '-H', 'no colon'], '--header must be Name: value'],
    [['http://localhost/', '-d', '@/does/not/exist'], '--data must be text or @FILE'],
  ])('refuses %o before anything is sent', async (args, message) => {
    const { code, stderr } = await invoke(['probe', ...args, ...keyed()])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('user:pass')
  })
})
