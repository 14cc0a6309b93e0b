import { BlockList } from 'node:net'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../lib/paths.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

// The check of the verifier itself, which no subpath exports.
const { ipProblem } = await import(pathToFileURL(`${ROOT}dist/access/ip-rules.js`).href)

const COUNT = 256
const WARM_UP = 30_000
const byte = (i) => (i * 167) & 255
const WORLDS = {
  v4: {
    range: (i) => ({ net: `10.${i}.0.0`, prefix: 16 }),
    inside: (i, n) => `10.${(i * 31) % n}.${byte(i)}.${255 - byte(i)}`,
    outside: (i) => `192.0.${byte(i)}.${i & 255}`,
    family: 'ipv4',
  },
  v6: {
    range: (i) => ({ net: `2001:db8:${i.toString(16)}::`, prefix: 48 }),
    inside: (i, n) => `2001:db8:${((i * 31) % n).toString(16)}::${byte(i).toString(16)}`,
    outside: (i) => `2001:db9:${byte(i).toString(16)}::1`,
    family: 'ipv6',
  },
}

function contest(name, n) {
  const { range, inside, outside, family } = WORLDS[name]
  const ranges = Array.from({ length: n }, (_, i) => range(i))
  const list = new BlockList()
  for (const { net, prefix } of ranges) list.addSubnet(net, prefix, family)
  const record = { allowIp: ranges.map(({ net, prefix }) => `${net}/${prefix}`) }
  const addresses = (make) => Array.from({ length: COUNT }, (_, i) => make(i, n))
  const places = { hit: addresses(inside), miss: addresses(outside) }
  const title = `${n} ranges of ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`
  return {
    title: `Address rules, ${title}`,
    check: () =>
      Object.entries(places).every(([place, all]) =>
        all.every(
          (text) =>
            list.check(text, family) === (place === 'hit') &&
            (ipProblem(record, text) === undefined) === (place === 'hit'),
        ),
      ),
    measure: (options) => {
      const mask = COUNT - 1
      const contestants = Object.entries(places).flatMap(([place, all]) => [
        [`${place} ours`, (i) => ipProblem(record, all[i & mask])],
        [`${place} BlockList`, (i) => list.check(all[i & mask], family)],
      ])
      // A short run does not warm up what takes nanoseconds.
      for (const [, check] of contestants) for (let i = 0; i < WARM_UP; i++) check(i)
      return interleaved(Object.fromEntries(contestants), options)
    },
    rows: Object.keys(places).map((place) => ({
      name: `address-rules/${family}/${n}/${place}`,
      what: `net.BlockList / address rules, ${title}, ${place}`,
      value: ratio(`${place} BlockList`, `${place} ours`),
      least: true,
      bar: 7,
      goal: 10,
    })),
  }
}

export const groups = [...[2, 30, 100, 256].map((n) => contest('v4', n)), contest('v6', 30)]
