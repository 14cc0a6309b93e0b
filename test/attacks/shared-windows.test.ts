import { isCountersignError } from '../../src/errors.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import type { ReplayStore } from '../../src/server/replay/replay-store.js'
import { attack, attacks } from './attack.js'
import { HOSTS, start } from './hosts.js'
import { get, NOW, sign, world } from './world.js'

const SHORT = { maxAgeMs: 5_000, maxFutureMs: 1_000 }
const LONG = { maxAgeMs: 300_000, maxFutureMs: 5_000 }

attacks('shared-windows', () => {
  for (const host of HOSTS) {
    attack(104, `memory, ${host}`, async (shows) => {
      let nowMs = NOW
      const clock = { now: () => nowMs }
      const replay = memoryReplayStore({ ...LONG, clock, restartBarrier: false })
      const short = await start(host, { clock, replay, policy: SHORT })
      const long = await start(host, { clock, replay, policy: LONG })
      const signed = await sign(get())
      shows((await short.send(signed)).code, 'ok')
      shows((await long.send(signed)).code, 'REPLAY')
      for (const laterMs of [6_500, 100_000, 299_000]) {
        nowMs = NOW + laterMs
        shows((await long.send(signed)).code, 'REPLAY', `${laterMs} ms later`)
      }
    })
  }

  attack(104, 'a store that was made for a shorter window', (shows) => {
    const refused = (replay: ReplayStore): string => {
      try {
        world({ replay, policy: LONG })
        return 'ok'
      } catch (error) {
        return isCountersignError(error) ? error.code : String(error)
      }
    }
    shows(refused(memoryReplayStore(SHORT)), 'CONFIG_INVALID')
    shows(refused(memoryReplayStore(LONG)), 'ok')
  })
})
