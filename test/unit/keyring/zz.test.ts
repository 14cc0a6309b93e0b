import { Redis } from 'ioredis'
import { it } from 'vitest'
import { redisBus } from '../../../src/keyring/buses/redis.js'
import { startRedis } from '../../servers/redis.js'
it('x', async () => {
  const server = await startRedis()
  const t0 = performance.now()
  const log = (...a) => console.log(Math.round(performance.now() - t0), ...a)
  const mk = (n) => { const c = new Redis(server.url, { retryStrategy: () => 30 }); for (const e of ['connect','ready','close','end','reconnecting','error']) c.on(e, (x) => log(n, e, x?.message ?? '')); return c }
  const pub = mk('pub'), sub = mk('sub')
  const bus = redisBus({ publisher: pub, subscriber: sub, channel: 'c', heartbeatMs: 100, timeoutMs: 500 })
  await bus.subscribe((m) => log('msg', m), (s) => log('STATE', s))
  await new Promise((r) => setTimeout(r, 200))
  for (let i = 0; i < 2; i++) {
  log('kill'); await server.kill(); log('killed'); await new Promise((r) => setTimeout(r, 30)); log('restart'); await server.restart(); log('restarted')
  await new Promise((r) => setTimeout(r, 4000))
  log('publishing'); await bus.publish({ type: 'hello', node: 'a' }); log('published')
  }
  pub.disconnect(); sub.disconnect(); await server.stop()
})
