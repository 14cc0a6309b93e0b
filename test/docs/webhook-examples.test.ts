import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { standardWebhooks } from '../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../src/schemes/webhook/catalogue/stripe.js'
import { receiveWebhook, signWebhook } from '../../src/webhook/index.js'
import { verdictCode } from '../expect-code.js'
import { pageBlocks } from './blocks.js'

// Programs of JavaScript, which this program does not look into.
const load = (name: string): Promise<Record<string, never>> => import(/* @vite-ignore */ join(process.cwd(), name))
const SECRET = 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b'
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const event = (id: string) => signWebhook(stripe({ secret: SECRET }), { body: JSON.stringify({ id }) })
const request = async (url: string, id: string): Promise<Request> => {
  const { fields, body } = await event(id)
  const headers: Array<[string, string]> = [['content-type', 'application/json']]
  for (let i = 0; i < fields.length; i += 2) headers.push([fields[i] as string, fields[i + 1] as string])
  return new Request(url, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> })
}

describe('an example', () => {
  it('in Express it handles each event of Stripe once, and again where it failed', async () => {
    const { run } = (await load('docs/examples/stripe-express.mjs')) as unknown as {
      run: (options: object) => Promise<Server>
    }
    const handled: string[] = []
    let fails = true
    const handle = async ({ id }: { readonly id: string }): Promise<void> => {
      handled.push(id)
      if (id === 'evt_2' && fails) throw new Error('the database is away')
    }
    const silent = vi.spyOn(console, 'error').mockImplementation(() => {})
    const server = await run({ secret: SECRET, handle, port: 0 })
    servers.push(server)
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stripe`
    const send = async (id: string) => (await fetch(await request(url, id))).status
    expect([await send('evt_1'), await send('evt_1'), await send('evt_2')]).toEqual([200, 200, 500])
    fails = false
    await expect.poll(() => send('evt_2')).toBe(200)
    expect(new Set(handled)).toEqual(new Set(['evt_1', 'evt_2']))
    expect(handled.filter((id) => id === 'evt_1')).toHaveLength(1)
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
    silent.mockRestore()
  })

  it('in a Worker does the same', async () => {
    const { default: worker } = (await load('docs/examples/stripe-worker.mjs')) as unknown as {
      default: { fetch: (request: Request, env: object) => Promise<Response> }
    }
    const kv = new Map<string, string>()
    const handled: unknown[] = []
    let fails = true
    const env = {
      STRIPE_WEBHOOK_SECRET: SECRET,
      EVENTS: {
        get: async (id: string) => kv.get(id) ?? null,
        put: async (id: string, value: string) => void kv.set(id, value),
        delete: async (id: string) => void kv.delete(id),
      },
      handle: async (body: { readonly id: string }) => {
        handled.push(body.id)
        if (body.id === 'evt_2' && fails) throw new Error('away')
      },
    }
    const silent = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')].map((spy) =>
      spy.mockImplementation(() => {}),
    )
    const send = async (id: string) => (await worker.fetch(await request('https://example.com/stripe', id), env)).status
    expect([await send('evt_1'), await send('evt_1'), await send('evt_2')]).toEqual([200, 200, 500])
    fails = false
    expect([await send('evt_2'), await send('evt_2')]).toEqual([200, 200])
    expect(handled).toEqual(['evt_1', 'evt_2', 'evt_2'])
    expect((await worker.fetch(new Request('https://example.com/', { method: 'POST', body: '{}' }), env)).status).toBe(
      401,
    )
    for (const spy of silent) spy.mockRestore()
  })

  it('sends to every endpoint, and keeps what was not delivered', async () => {
    const { run } = (await load('docs/examples/webhook-sender.mjs')) as unknown as {
      run: (options: object) => Promise<ReadonlyArray<{ delivered: boolean }>>
    }
    const [old, fresh] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDaaaa']
    const codes: string[] = []
    let busy = true
    const server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const parts = { headers: incoming.rawHeaders, body: Buffer.concat(chunks) }
      const verdict = await receiveWebhook(standardWebhooks({ secret: old }), parts)
      codes.push(verdictCode(verdict))
      const status = incoming.url === '/gone' ? 410 : busy ? 503 : 200
      busy = false
      response.writeHead(status).end()
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const later: object[] = []
    const sent = await run({
      // One after the other, so that the first is the one that is busy.
      endpoints: [{ url: `${origin}/hook`, secrets: [fresh, old] }],
      event: { id: 'evt_1', type: 'invoice.paid' },
      later: async (one: object) => void later.push(one),
      addresses: 'any',
    })
    const gone = await run({
      endpoints: [{ url: `${origin}/gone`, secrets: [old] }],
      event: { id: 'evt_2' },
      later: async (one: object) => void later.push(one),
      addresses: 'any',
    })
    expect([sent[0]?.delivered, gone[0]?.delivered, codes]).toEqual([true, false, ['ok', 'ok', 'ok']])
    expect(later).toMatchObject([{ id: 'evt_2', why: 'answered' }])
  })
})

describe('the page', () => {
  it('has the table of senders that the code has', async () => {
    const TOOL: string = '../../tools/webhooks-table.mjs'
    const { page, senders } = (await import(TOOL)) as {
      page: () => Promise<string>
      senders: () => Promise<ReadonlyArray<{ spec: { id: string } }>>
    }
    expect(await page(), 'npm run docs:webhooks').toBe(readFileSync('docs/webhooks.md', 'utf8'))
    const ids = (await senders()).map(({ spec }) => spec.id)
    expect(ids).toEqual(expect.arrayContaining(['stripe', 'github', 'discord', 'paypal', 'telegram-login']))
    expect(new Set(ids).size).toBe(ids.length)
  }, 120_000)
})

describe('a worker of the page that checks Stripe where bytes count', () => {
  const folder = join('test', 'docs', '.blocks-direct')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('answers a delivery that is not genuine with 401, and a secret that is none with 500, and says so', async () => {
    const blocks = pageBlocks().filter(({ code }) => code.includes('countersign/webhook/direct'))
    expect(blocks).toHaveLength(1)
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'worker.ts')
    writeFileSync(file, blocks[0]?.code as string)
    type Worker = { default: { fetch(request: Request, env: { STRIPE_SECRET: unknown }): Promise<Response> } }
    const { default: worker } = (await import(/* @vite-ignore */ join(process.cwd(), file))) as Worker
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const send = async (secret: unknown, change: (sent: Request) => Request = (sent) => sent) =>
      (await worker.fetch(change(await request('https://api.example.com/stripe', 'evt_1')), { STRIPE_SECRET: secret }))
        .status
    const forged = ({ url, method, headers }: Request) => new Request(url, { method, headers, body: '{"id":"evt_2"}' })
    const bare = ({ url, method }: Request) => new Request(url, { method, body: '{}' })
    expect([await send(SECRET), await send(SECRET, forged), await send(SECRET, bare)]).toEqual([204, 401, 401])
    expect(logged).not.toHaveBeenCalled()
    // A variable that is not set, one that is cut off, and a key of the wrong kind.
    for (const secret of [undefined, '', 'whsec_', 'sk_test_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b'])
      expect([secret, await send(secret)]).toEqual([secret, 500])
    expect(logged).toHaveBeenCalledTimes(4)
    logged.mockRestore()
  })
})
