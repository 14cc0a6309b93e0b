import { expect } from 'vitest'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { monotonicClock } from '../../src/sources/monotonic-clock.js'
import { attack, attacks } from './attack.js'
import { HOSTS, start } from './hosts.js'
import { get, NOW, sign } from './world.js'

const window = { maxAgeMs: 60_000, maxFutureMs: 1_000 }

/** A server whose wall clock can be set, while its monotonic clock only passes. */
async function clocked(host: (typeof HOSTS)[number]) {
  const time = { wall: NOW, ticks: 5_000 }
  const clock = monotonicClock({ wall: () => time.wall, monotonic: () => time.ticks })
  const replay = memoryReplayStore({ ...window, restartBarrier: false, clock })
  const server = await start(host, { clock, replay, policy: { ...window, maxLifetimeMs: 60_000 } })
  return {
    clock,
    server,
    pass: (ms: number) => {
      time.wall += ms
      time.ticks += ms
    },
    set: (ms: number) => {
      time.wall += ms
    },
    /** Signed by a client whose clock shows what the server's wall clock does, so many milliseconds ago. */
    signed: (agoMs = 0) => sign(get(), { nowMs: Math.floor((time.wall - agoMs) / 1000) * 1000 }),
    episodes: () => server.audit.map(({ event }) => event).filter((event) => /^clock\.(unsafe|recovered)$/.test(event)),
  }
}

attacks('clock-steps', () => {
  for (const host of HOSTS) {
    attack(103, `set back by 70 s, ${host}`, async (shows) => {
      const { server, signed, set, pass, episodes } = await clocked(host)
      const captured = await signed()
      shows((await server.send(captured)).code, 'ok')
      set(-70_000)
      const refused = await server.send(await signed())
      shows(refused.code, 'CLOCK_UNSAFE')
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, '69'])
      pass(68_000)
      shows((await server.send(await signed())).code, 'CLOCK_UNSAFE')
      shows((await server.send(captured)).code, 'CLOCK_UNSAFE')
      expect(episodes()).toEqual(['clock.unsafe'])
      pass(1_000)
      shows((await server.send(await signed())).code, 'ok')
      // The wall clock shows the time of its signature again, and it is still known.
      shows((await server.send(captured)).code, 'REPLAY')
      pass(59_000)
      shows((await server.send(captured)).code, 'REPLAY')
      pass(3_000)
      shows((await server.send(captured)).code, 'TIMESTAMP_EXPIRED')
      shows((await server.send(await signed())).code, 'ok')
      expect(episodes()).toEqual(['clock.unsafe', 'clock.recovered'])
    })

    attack(103, `240 s ahead for a moment, ${host}`, async (shows) => {
      const { clock, server, signed, set, pass, episodes } = await clocked(host)
      const before = await signed()
      shows((await server.send(before)).code, 'ok')
      set(240_000)
      shows((await server.send(await signed(240_000))).code, 'TIMESTAMP_EXPIRED')
      const ahead = await signed()
      shows((await server.send(ahead)).code, 'ok')
      pass(2_000)
      set(-240_000)
      const refused = await server.send(await signed())
      shows(refused.code, 'CLOCK_UNSAFE')
      expect(refused.headers['retry-after']).toBe('10')
      pass(10_000)
      shows((await server.send(await signed())).code, 'ok')
      expect(clock.now()).toBe(NOW + 12_000)
      // The store followed the clock and dropped it, and says so.
      shows((await server.send(before)).code, 'REPLAY_BARRIER')
      // What was signed in the time that was not yet: refused until then, and known then.
      for (let passed = 12_000; passed < 240_000; passed += 12_000) {
        pass(12_000)
        const { code } = await server.send(ahead)
        expect(['TIMESTAMP_FUTURE', 'REPLAY']).toContain(code)
      }
      shows((await server.send(ahead)).code, 'REPLAY')
      expect(episodes()).toEqual(['clock.unsafe', 'clock.recovered'])
    })
  }
})
