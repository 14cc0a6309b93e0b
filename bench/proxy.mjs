// The signing proxy and the gate against a bare undici proxy that signs nothing, in one run on loopback: requests a second, p99 and CPU
// time per request. The target and the client are processes of their own; with --memory also the memory over many requests and over a
// body that is streamed. Run after `npm run build:js`: node bench/proxy.mjs [--quick] [--memory]
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { Agent, Pool } from 'undici'

const quick = process.argv.includes('--quick')
const secret = new Uint8Array(32).fill(7)

/** A process that stands in front of the target; it answers { cpu } with what it has used. */
async function front(kind, target) {
  const { createSigningProxy } = await import('../dist/proxy/index.js')
  const { hmacKey, rfc9421 } = await import('../dist/index.js')
  process.on('message', () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }))
  if (kind === 'bare') {
    const pool = new Pool(target, { connections: 128 })
    const server = createServer(async (request, response) => {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
      const answer = await pool.request({
        method: request.method,
        path: request.url,
        headers,
        body: chunks.length ? Buffer.concat(chunks) : null,
      })
      response.writeHead(answer.statusCode, answer.headers)
      answer.body.pipe(response)
    })
    server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
    return
  }
  const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
  const log = kind === 'logged' ? () => {} : undefined
  const proxy = createSigningProxy({ targets: [{ target, signer: rfc9421({ key }) }], ...(log && { log }) })
  const { port } = await proxy.listen()
  process.send?.({ port })
}

const started = (...args) =>
  new Promise((resolve) => {
    const child = fork(new URL(import.meta.url), args, { stdio: 'inherit' })
    child.once('message', ({ port }) => resolve({ child, port }))
  })
const ask = (child) =>
  new Promise((resolve) => {
    child.once('message', resolve)
    child.send('cpu')
  })

async function load(port, count, parallel) {
  const agent = new Agent({ connections: parallel })
  const times = []
  let left = count
  const one = async () => {
    while (left-- > 0) {
      const from = performance.now()
      const { statusCode, body } = await agent.request({
        origin: `http://127.0.0.1:${port}`,
        path: '/v1/orders',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"symbol":"BTCUSDT","qty":"1"}',
      })
      await body.dump()
      if (statusCode !== 200) throw new Error(`status ${statusCode}`)
      times.push(performance.now() - from)
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: parallel }, one))
  const seconds = (performance.now() - from) / 1_000
  await agent.close()
  times.sort((a, b) => a - b)
  return { perSecond: count / seconds, p50: times[count >> 1], p99: times[Math.floor(count * 0.99)] }
}

async function main() {
  const target = await started('target')
  const count = quick ? 2_000 : 20_000
  const rows = []
  const fronts = {}
  for (const kind of ['bare', 'signing']) fronts[kind] = await started('front', kind, `http://127.0.0.1:${target.port}`)
  for (const kind of ['bare', 'signing', 'bare', 'signing']) {
    const { child, port } = fronts[kind]
    await load(port, count / 10, 32)
    const before = await ask(child)
    const { perSecond, p50, p99 } = await load(port, count, 32)
    const after = await ask(child)
    const cpu = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / count
    rows.push({
      proxy: kind,
      'requests/s': Math.round(perSecond),
      'p50 ms': p50.toFixed(2),
      'p99 ms': p99.toFixed(2),
      'CPU µs/request': Math.round(cpu),
      MiB: Math.round(after.rss / 1_048_576),
    })
  }
  console.table(rows)
  if (process.argv.includes('--memory')) await memory(fronts.signing)
  for (const { child } of [target, ...Object.values(fronts)]) child.kill()
}

/** Memory over 100 000 requests, and over one GiB that is streamed under a digest of its own. */
async function memory({ child, port }) {
  const sizes = []
  for (let i = 0; i < 10; i++) {
    await load(port, quick ? 1_000 : 10_000, 32)
    sizes.push(Math.round((await ask(child)).rss / 1_048_576))
  }
  console.log(`MiB after each tenth of ${quick ? 10_000 : 100_000} requests: ${sizes.join(' ')}`)
  const piece = Buffer.alloc(1_048_576, 'a')
  const pieces = quick ? 64 : 1_023
  async function* body() {
    for (let i = 0; i < pieces; i++) yield piece
  }
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 })
  let most = 0
  const timer = setInterval(async () => {
    most = Math.max(most, (await ask(child)).rss)
  }, 200)
  const { statusCode, body: answer } = await agent.request({
    origin: `http://127.0.0.1:${port}`,
    path: '/v1/upload',
    method: 'POST',
    headers: { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` },
    body: body(),
  })
  await answer.dump()
  clearInterval(timer)
  console.log(`${pieces} MiB streamed: status ${statusCode}, at most ${Math.round(most / 1_048_576)} MiB`)
  await agent.close()
}

if (process.argv[2] === 'target') {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{"ok":true}'))
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
} else if (process.argv[2] === 'front') await front(process.argv[3], process.argv[4])
else await main()
