import type { Attack, Kit, Try } from './attack.js'
import { type Base, bytesOf } from './craft.js'

const HOUR_MS = 3_600_000
/** The parameters of a base with `created` written in another way; '' takes it out. */
const created = (write: (seconds: string) => string) => (base: Base) => ({
  ...base,
  params: base.params.replace(/;created=(\d+)/, (_, seconds: string) => write(seconds)),
})
const nonce = (parameter: string) => (base: Base) => ({
  ...base,
  params: base.params.replace(/;nonce="[^"]*"/, parameter),
})

/** Rightly signed over another base, one request a try. */
const rewritten = async (
  { craft }: Kit,
  all: ReadonlyArray<readonly [name: string, base: (base: Base) => Base]>,
): Promise<readonly Try[]> =>
  Promise.all(all.map(async ([name, base]) => ({ name, sent: [bytesOf(await craft({ base }))] })))

/** Rightly signed, without what makes it fresh: it may be taken once, and never again. */
async function again({ craft }: Kit, name: string, base?: (base: Base) => Base): Promise<Try> {
  const bytes = bytesOf(await craft(base === undefined ? {} : { base }))
  return { name, sent: [bytes, bytes] }
}

/** Signed by the key, for a time or a nonce that no server should take. */
export const TIME_ATTACKS: readonly Attack[] = [
  {
    number: 1,
    name: 'replay inside the window',
    tries: async ({ craft }) => {
      const bytes = bytesOf(await craft())
      return [{ name: 'the same bytes again', first: bytes, sent: [bytes] }]
    },
  },
  {
    number: 2,
    name: 'concurrent replay',
    tries: async ({ craft }) => {
      const bytes = bytesOf(await craft())
      return [{ name: 'eight at once', sent: Array.from({ length: 8 }, () => bytes), oneIsHonest: true }]
    },
  },
  {
    number: 3,
    name: 'replay after expiry',
    tries: async ({ craft }) =>
      Promise.all(
        (
          [
            ['an hour old', HOUR_MS],
            ['a day old', 24 * HOUR_MS],
          ] as const
        ).map(async ([name, ageMs]) => ({
          name,
          sent: [bytesOf(await craft({ nowMs: Date.now() - ageMs }))],
        })),
      ),
  },
  {
    number: 4,
    name: 'a time in the future',
    tries: async ({ craft }) => [
      { name: 'an hour ahead', sent: [bytesOf(await craft({ nowMs: Date.now() + HOUR_MS }))] },
    ],
  },
  {
    number: 5,
    name: 'text or nothing as a time',
    tries: async (kit) => [
      ...(await rewritten(kit, [
        ['created in quotes', created((s) => `;created="${s}"`)],
        ['created without a value', created(() => ';created')],
        ['created as bytes', created(() => ';created=:MTc5MDAwMDAwMA==:')],
        ['created is NaN', created(() => ';created=NaN')],
      ])),
      await again(
        kit,
        'no created at all, twice',
        created(() => ''),
      ),
    ],
  },
  {
    number: 6,
    name: 'numeric dialects',
    tries: (kit) =>
      rewritten(kit, [
        ['created with a fraction', created((s) => `;created=${s}.0`)],
        ['created with a plus', created((s) => `;created=+${s}`)],
        ['created with an exponent', created((s) => `;created=${s[0]}e${s.length - 1}`)],
        ['created in hexadecimal', created((s) => `;created=0x${Number(s).toString(16)}`)],
        ['created is negative', created((s) => `;created=-${s}`)],
        ['created is zero', created(() => ';created=0')],
      ]),
  },
  {
    number: 7,
    name: 'seconds and milliseconds mixed up',
    tries: (kit) => rewritten(kit, [['created in milliseconds', created((s) => `;created=${s}000`)]]),
  },
  {
    number: 8,
    name: 'a time or a nonce changed after signing',
    tries: async ({ craft }) => {
      const late = await craft({ nowMs: Date.now() - HOUR_MS })
      const fresh = await craft()
      const now = Math.floor(Date.now() / 1000)
      const renewed = (fields: readonly string[]) => fields.map((one) => one.replace(/;created=\d+/, `;created=${now}`))
      const other = (fields: readonly string[]) =>
        fields.map((one) => one.replace(/;nonce="(.)/, (_, first: string) => `;nonce="${first === 'Z' ? 'Y' : 'Z'}`))
      return [
        { name: 'created renewed', sent: [bytesOf(late, { fields: renewed })] },
        { name: 'a replay with another nonce', first: bytesOf(fresh), sent: [bytesOf(fresh, { fields: other })] },
      ]
    },
  },
  {
    number: 9,
    name: 'a nonce that is missing or empty',
    tries: async (kit) => [
      await again(kit, 'no nonce, twice', nonce('')),
      await again(kit, 'an empty nonce, twice', nonce(';nonce=""')),
      ...(await rewritten(kit, [['a nonce of 8 kB', nonce(`;nonce="${'n'.repeat(8_192)}"`)]])),
    ],
  },
]
