import { expect } from 'vitest'
import { randomNonce } from '../../src/crypto/index.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { monotonicClock } from '../../src/sources/monotonic-clock.js'
import { attack, attacks } from './attack.js'
import { editField, editSignature, forge } from './forge.js'
import { HOSTS, start } from './hosts.js'
import { bot, bot2, FUTURE, get, NOW, order, PAST, params, sign, world } from './world.js'

const SECONDS = NOW / 1000
const withCreated = (created: string) => forge({ request: get(), params: params({ created }), key: bot })
const withNonce = (nonce: string) => forge({ request: get(), params: params({ nonce }), key: bot })

attacks('time-and-replay', () => {
  attack(1, 'the same bytes twice', async (shows) => {
    const { judge } = world()
    const signed = await sign(order())
    shows(await judge(signed), 'ok')
    shows(await judge(signed), 'REPLAY')
  })

  attack(1, 'the same bytes with everything changed that is not signed', async (shows) => {
    const { judge } = world()
    const signed = await sign(order())
    shows(await judge(signed), 'ok')
    shows(await judge({ ...signed, fields: ['X-Other', '1', ...signed.fields] }), 'REPLAY')
    // Another label, and other white space between the lists, is another text of the same signature.
    const relabelled = editField(
      editField(signed, 'signature-input', (v) => v.replace('sig1=', 'other=')),
      'signature',
      (v) => v.replace('sig1=', 'other='),
    )
    shows(await judge(relabelled), 'REPLAY')
  })

  for (const host of HOSTS) {
    attack(1, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const signed = await sign(order())
      const [first, second] = [await server.send(signed), await server.send(signed)]
      shows(first.code, 'ok')
      shows(second.code, 'REPLAY')
      expect([first.status, second.status, server.reached()]).toEqual([200, 401, 1])
    })
  }

  attack(2, '100 parallel copies, 2 verifiers, 1 store', async (shows) => {
    const replay = memoryReplayStore({ restartBarrier: false })
    const nodes = [world({ replay }), world({ replay })] as const
    const signed = await sign(order())
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => nodes[i & 1]?.judge(signed)))
    expect(all.filter((one) => one === 'ok').length).toBe(1)
    for (const one of all) if (one !== 'ok') shows(one, 'REPLAY')
  })

  attack(2, '100 parallel copies over 100 sockets, 2 servers', async (shows) => {
    const replay = memoryReplayStore({ restartBarrier: false })
    const nodes = [await start('node', { replay }), await start('node', { replay })] as const
    const signed = await sign(order())
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => nodes[(i & 1) as 0 | 1].send(signed)))
    expect(all.filter(({ status }) => status === 200).length).toBe(1)
    expect(all.filter(({ status }) => status === 401).length).toBe(99)
    const codes = nodes.flatMap(({ audit }) => audit.map(({ code }) => code ?? 'ok'))
    expect(codes.filter((code) => code === 'ok').length).toBe(1)
    for (const code of codes) if (code !== 'ok') shows(code, 'REPLAY')
    expect(nodes[0].reached() + nodes[1].reached()).toBe(1)
  })

  attack(3, 'one millisecond after the window, and its last one', async (shows) => {
    const { judge, at } = world()
    const [first, second] = [await sign(order()), await sign(order())]
    at(NOW + PAST + 1)
    shows(await judge(first), 'TIMESTAMP_EXPIRED')
    at(NOW + PAST)
    shows(await judge(second), 'ok')
  })

  attack(3, 'past its own "expires"', async (shows) => {
    const { judge, at } = world()
    const signed = await sign(order(), { expiresInMs: 10_000 })
    at(NOW + 10_000)
    shows(await judge(signed), 'TIMESTAMP_EXPIRED')
    at(NOW + 9_999)
    shows(await judge(signed), 'ok')
  })

  attack(4, 'one millisecond too early, the first one, and year 9999', async (shows) => {
    const { judge, at } = world()
    const signed = await sign(order())
    at(NOW - FUTURE - 1)
    shows(await judge(signed), 'TIMESTAMP_FUTURE')
    at(NOW - FUTURE)
    shows(await judge(signed), 'ok')
    for (const created of ['253402300799', '253402300800', '999999999999999'])
      shows(await judge(withCreated(created)), 'TIMESTAMP_FUTURE', created)
  })

  attack(5, 'over a good MAC', async (shows) => {
    const { judge } = world()
    for (const created of [
      'NaN',
      'abc',
      'Infinity',
      '-Infinity',
      'null',
      'undefined',
      'true',
      '?1',
      '"1790000000"',
      '@1790000000',
    ]) {
      shows(await judge(withCreated(created)), 'TIMESTAMP_MALFORMED', created)
    }
  })

  attack(6, 'over a good MAC', async (shows) => {
    const { judge } = world()
    const dialects = [
      '-1',
      `-${SECONDS}`,
      '+1',
      `+${SECONDS}`,
      '1e12',
      '1.79e9',
      '0x18F',
      '1.5',
      `${SECONDS}.0`,
      `0${SECONDS}`,
      `00${SECONDS}`,
      ` ${SECONDS}`,
      `${SECONDS} `,
      `\t${SECONDS}`,
      '1_000',
      '1,790,000,000',
      '１７９００００００００',
      '١٧٩',
      `${SECONDS}n`,
      '',
      '1'.repeat(40),
      '9007199254740993',
      String(NOW * 1000),
      '-0',
      '.5',
      '5.',
      '0b1',
      '0o7',
    ]
    for (const created of dialects)
      shows(await judge(withCreated(created)), 'TIMESTAMP_MALFORMED', JSON.stringify(created))
  })

  attack(6, 'the same dialects as "expires"', async (shows) => {
    const { judge } = world()
    for (const expires of ['+1790000100', '1.79e9', '01790000100', '-1', '1790000100.0', '']) {
      const more = `;expires=${expires}`
      shows(await judge(forge({ request: get(), params: params({ more }), key: bot })), 'TIMESTAMP_MALFORMED', expires)
    }
  })

  attack(6, 'over a socket', async (shows) => {
    const server = await start('node')
    for (const created of [`+${SECONDS}`, `0${SECONDS}`, '1.79e9', `${SECONDS}.0`])
      shows((await server.send(withCreated(created))).code, 'TIMESTAMP_MALFORMED', created)
    expect(server.reached()).toBe(0)
  })

  attack(7, 'neither is guessed', async (shows) => {
    const { judge } = world()
    shows(await judge(withCreated(String(NOW))), 'TIMESTAMP_FUTURE', 'milliseconds')
    // Seconds taken for milliseconds, and divided.
    shows(await judge(withCreated(String(Math.floor(SECONDS / 1000)))), 'TIMESTAMP_EXPIRED', 'divided')
  })

  attack(8, 'only the header is changed', async (shows) => {
    const { judge } = world()
    const signed = await sign(order())
    const changes: ReadonlyArray<readonly [RegExp, string]> = [
      [/created=\d+/, `created=${SECONDS + 1}`],
      [/nonce="[^"]+"/, `nonce="${randomNonce()}"`],
      [/keyid="bot-1"/, 'keyid="bot-2"'],
      [/;keyid=/, `;expires=${SECONDS + 60};keyid=`],
      [/(;created=\d+)(;nonce="[^"]+")/, '$2$1'],
    ]
    for (const [pattern, by] of changes) {
      const edited = editField(signed, 'signature-input', (value) => value.replace(pattern, by))
      expect(edited).not.toEqual(signed)
      shows(await judge(edited), 'SIGNATURE_INVALID', by)
    }
    shows(await judge(signed), 'ok')
  })

  attack(9, 'over a good MAC', async (shows) => {
    const { judge } = world()
    shows(await judge(await sign(order(), { nonce: false })), 'NONCE_MALFORMED', 'missing')
    const nonces = [
      '""',
      '"short"',
      `"${'a'.repeat(15)}"`,
      `"${'a'.repeat(129)}"`,
      `"${'a'.repeat(4096)}"`,
      '"a nonce with spaces in it"',
      '"quoted \\" and long enough"',
      '"\u0000aaaaaaaaaaaaaaaa"',
      '"aaaaaaaaaaaaaaaa\r\n"',
      '"aaaaaaaaaaaaaaaa\t"',
      '"aaaaaaaaaaaaaaaaé"',
      '1234567890123456',
      'aaaaaaaaaaaaaaaaaaaa',
      ':AAAAAAAAAAAAAAAAAAAAAA==:',
      '?1',
      '',
    ]
    for (const nonce of nonces) shows(await judge(withNonce(nonce)), 'NONCE_MALFORMED', JSON.stringify(nonce))
    shows(await judge(withNonce(`"${'a'.repeat(16)}"`)), 'ok')
    shows(await judge(withNonce(`"${'a'.repeat(128)}"`)), 'ok')
  })

  attack(10, 'two keys, one nonce', async (shows) => {
    const { judge } = world()
    const nonce = randomNonce()
    shows(await judge(await sign(order(), { nonce })), 'ok')
    shows(await judge(await sign(order(), { nonce, key: bot2 })), 'ok')
  })

  attack(11, 'thousands of bad signatures with fresh nonces', async (shows) => {
    const replay = memoryReplayStore({ restartBarrier: false })
    const { judge } = world({ replay })
    const bytes = replay.bytes
    const stranger = { ...bot2, keyId: 'nobody' }
    for (let i = 0; i < 2_000; i++) {
      const signed = await sign(order(), i % 2 === 0 ? {} : { key: stranger })
      if (i % 2 === 0) shows(await judge(editSignature(signed, (b) => b.fill(0))), 'SIGNATURE_INVALID')
      else shows(await judge(signed), 'KEY_UNKNOWN')
    }
    expect([replay.size, replay.bytes]).toEqual([0, bytes])
  })

  attack(12, 'only the share of that key is used up', async (shows) => {
    const replay = memoryReplayStore({ restartBarrier: false, maxEntries: 100, maxPerKeyShare: 0.1 })
    const { judge } = world({ replay })
    for (let i = 0; i < 10; i++) shows(await judge(await sign(order())), 'ok')
    for (let i = 0; i < 20; i++) shows(await judge(await sign(order())), 'REPLAY_STORE_FULL')
    shows(await judge(await sign(order(), { key: bot2 })), 'ok')
    expect(replay.size).toBe(11)
  })

  attack(13, 'a full store refuses, and still knows the first', async (shows) => {
    const { judge } = world({ replay: memoryReplayStore({ restartBarrier: false, maxEntries: 50, maxPerKeyShare: 1 }) })
    const first = await sign(order())
    shows(await judge(first), 'ok')
    // Two keys, so that neither has used up its own share.
    for (let i = 1; i < 50; i++) shows(await judge(await sign(order(), { key: i % 2 === 0 ? bot : bot2 })), 'ok')
    for (let i = 0; i < 100; i++) shows(await judge(await sign(order())), 'REPLAY_STORE_FULL')
    shows(await judge(first), 'REPLAY')
  })

  attack(14, 'captured, restarted, sent again', async (shows) => {
    let nowMs = NOW
    const clock = { now: () => nowMs }
    const signed = await sign(order())
    shows(await world({ clock, replay: memoryReplayStore({ clock, restartBarrier: false }) }).judge(signed), 'ok')
    for (const laterMs of [0, 1, 1_000, FUTURE, 60_000]) {
      nowMs = NOW + laterMs
      const restarted = world({ clock, replay: memoryReplayStore({ clock }) })
      shows(await restarted.judge(signed), 'REPLAY_BARRIER', `${laterMs} ms after`)
      // The client signs again once the barrier has passed, and gets through.
      nowMs += FUTURE + 1_000
      shows(await restarted.judge(await sign(order(), { nowMs })), 'ok')
    }
  })

  attack(15, 'the wall clock is set back by the window', async (shows) => {
    const time = { wall: NOW, ticks: 1_000 }
    const pass = (ms: number): void => {
      time.wall += ms
      time.ticks += ms
    }
    const clock = monotonicClock({ wall: () => time.wall, monotonic: () => time.ticks })
    const replay = memoryReplayStore({ clock, restartBarrier: false })
    const { judge } = world({ clock, replay })
    const signed = await sign(order())
    shows(await judge(signed), 'ok')
    pass(60_000)
    time.wall -= PAST
    shows(await judge(signed), 'CLOCK_UNSAFE')
    pass(PAST)
    shows(await judge(signed), 'REPLAY', 'time has caught up')
    pass(PAST)
    shows(await judge(signed), 'TIMESTAMP_EXPIRED')
    time.wall = NOW
    shows(await judge(signed), 'CLOCK_UNSAFE', 'even at the very time it was signed')
    clock.confirm()
    shows(await judge(signed), 'REPLAY', 'whatever an operator confirms')
  })

  attack(15, 'time never goes back, however the wall clock is corrected', () => {
    const time = { wall: NOW, ticks: 0 }
    const clock = monotonicClock({ wall: () => time.wall, monotonic: () => time.ticks })
    let last = clock.now()
    for (const step of [500, -999, 300, -1_500, 10_000, -PAST, 60_000, -1, 0, -2 * PAST, 5]) {
      time.wall += step
      time.ticks += 100
      expect(clock.now()).toBeGreaterThanOrEqual(last)
      last = clock.now()
    }
    expect(last).toBeGreaterThanOrEqual(NOW + 1_100)
  })

  attack(15, 'the wall clock is set forward beyond the window', async (shows) => {
    const time = { wall: NOW, ticks: 0 }
    const clock = monotonicClock({ wall: () => time.wall, monotonic: () => time.ticks })
    const { judge } = world({ clock })
    const signed = await sign(order())
    shows(await judge(signed), 'ok')
    time.wall += PAST + 60_000
    shows(await judge(await sign(order(), { nowMs: time.wall })), 'CLOCK_UNSAFE')
    clock.confirm()
    shows(await judge(signed), 'TIMESTAMP_EXPIRED')
  })
})
