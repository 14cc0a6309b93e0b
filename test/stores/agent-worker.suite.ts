import { generateKeyPairSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAgentCard } from '../../src/agents/index.js'
import { keyDirectory } from '../../src/server/directory/directory.js'
import { rfc9421Verifier } from '../../src/server/index.js'
import { bundled } from './bundle-example.mjs'

/** The examples of Workers inside workerd, as miniflare starts it: a bot that crawls a site, and the site that it crawls. */

const BOT = 'https://bot.example'
const SHOP = 'https://shop.example'
const WELL_KNOWN = `${BOT}/.well-known/http-message-signatures-directory`

interface Miniflare {
  readonly ready: Promise<unknown>
  dispatchFetch(url: string, init?: object): Promise<Response>
  getWorker(): Promise<{ scheduled(event: object): Promise<unknown> }>
  dispose(): Promise<void>
}
interface Seen {
  readonly url: string
  readonly status: number
  readonly text: string
}
const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

describe('in workerd', () => {
  let bot: Miniflare
  let shop: Miniflare
  const seen: Seen[] = []
  beforeAll(async () => {
    // Of this folder's lockfile.
    const made = createRequire(import.meta.url)('miniflare')
    /** `outside` answers what the Worker fetches, in place of DNS and TLS. */
    const start = async (file: string, bindings: object, outside: (url: string, init: object) => Promise<Response>) => {
      const worker: Miniflare = new made.Miniflare({
        modules: true,
        script: await bundled(file),
        compatibilityDate: '2026-01-01',
        bindings,
        outboundService: async ({ url, method, headers }: Request) => {
          const answer = await outside(url, { method, headers })
          return new made.Response(await answer.arrayBuffer(), { status: answer.status, headers: answer.headers })
        },
      })
      await worker.ready
      return worker
    }
    const urls = `${SHOP}/a ${SHOP}/b?c=1`
    const keys = { AGENT_KEY: newKey(), NEXT_KEY: newKey() }
    bot = await start('agent-worker.mjs', { ...keys, AGENT_ORIGIN: BOT, URLS: urls }, async (url, init) => {
      const answer = await shop.dispatchFetch(url, init)
      const text = await answer.text()
      seen.push({ url, status: answer.status, text })
      return new Response(text, { status: answer.status })
    })
    shop = await start('agent-site-worker.mjs', { AGENTS: BOT, HOST: 'shop.example' }, (url, init) =>
      bot.dispatchFetch(url, init),
    )
  }, 120_000)
  afterAll(() => Promise.all([bot, shop].map((worker) => worker?.dispose())))

  it('a bot crawls by its trigger, and the site finds out who it is', async () => {
    await (await bot.getWorker()).scheduled({ cron: '* * * * *' })
    expect(seen).toEqual([
      { url: `${SHOP}/a`, status: 200, text: `prices for ${BOT}` },
      { url: `${SHOP}/b?c=1`, status: 200, text: `prices for ${BOT}` },
    ])
  })

  it('a person is served, and a false claim refused', async () => {
    const person = await shop.dispatchFetch(`${SHOP}/a`)
    expect([person.status, await person.text()]).toEqual([200, 'prices and a cookie banner'])
    const created = Math.floor(Date.now() / 1000)
    const parameters = `created=${created};expires=${created + 60};keyid="${'A'.repeat(43)}";tag="web-bot-auth"`
    const headers = {
      'signature-agent': `sig1="${BOT}"`,
      'signature-input': `sig1=("signature-agent";key="sig1");${parameters}`,
      signature: `sig1=:${'A'.repeat(86)}==:`,
    }
    expect((await shop.dispatchFetch(`${SHOP}/a`, { headers })).status).toBe(403)
  })

  it('the directory and the card are what another program reads', async () => {
    const asked: string[] = []
    // With the signature of its answer demanded, which a site that fetches over TLS does not need.
    const directory = keyDirectory({
      url: WELL_KNOWN,
      owner: 'example-bot',
      signature: rfc9421Verifier(),
      fetch: async (url, { headers, ...init }) => {
        asked.push(url)
        return (await bot.dispatchFetch(url, { ...init, headers: Object.fromEntries(new Headers(headers)) })) as never
      },
    })
    const answer = await bot.dispatchFetch(WELL_KNOWN)
    const { keys } = (await answer.json()) as { keys: ReadonlyArray<{ kid: string }> }
    expect(answer.headers.get('content-type')).toBe('application/http-message-signatures-directory+json')
    expect(keys).toHaveLength(2)
    for (const { kid } of keys) expect(await directory.get(kid)).toMatchObject({ owner: 'example-bot' })
    expect(asked).toEqual([WELL_KNOWN])
    const card = await (await bot.dispatchFetch(`${BOT}/agent-card.json`)).text()
    expect(readAgentCard(card, `${BOT}/agent-card.json`)).toMatchObject({ name: 'Example Bot' })
  })
})
