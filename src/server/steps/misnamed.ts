import type { KeyRecord } from '../../access/key-record.js'

/** Members that take something away from a key: under another name they would take away nothing. */
const LIMITING = ['status', 'passphrase', 'notBeforeMs', 'expiresAtMs', 'allowIp', 'denyIp', 'policy', 'rateLimit']

/** Common other names for them, which are no spelling mistakes, nor how one of them begins. */
export const LIMIT_HINTS: Readonly<Record<string, string>> = {
  ip: 'allowIp',
  ips: 'allowIp',
  allowedIps: 'allowIp',
  ipAllowlist: 'allowIp',
  ipDenylist: 'denyIp',
  blockIp: 'denyIp',
  blockedIps: 'denyIp',
  expiresIn: 'expiresAtMs',
  expiresInMs: 'expiresAtMs',
  expiry: 'expiresAtMs',
  enabled: 'status',
  disabled: 'status',
  revoked: 'status',
}

/**
 * A member that seems to be meant for a limit which the record does not state, in words; `undefined` where none is. Others are
 * the source's own.
 *
 * @param names The members that are read.
 */
export function misnamed(record: KeyRecord, names: object): string | undefined {
  const members = record as unknown as Readonly<Record<string, unknown>>
  for (const name in record) {
    // Stryker disable next-line ConditionalExpression: a limit is its own nearest name, and the other members are near to none
    if (Object.hasOwn(names, name)) continue
    if (members[name] === undefined || members[name] === null) continue
    // Stryker disable next-line MethodExpression: it only bounds the cost, as a longer name is near to none
    const meant = Object.hasOwn(LIMIT_HINTS, name) ? LIMIT_HINTS[name] : limitFor(name.slice(0, LONGEST).toLowerCase())
    if (meant !== undefined && members[meant] === undefined)
      return `with ${JSON.stringify(name.slice(0, LONGEST))}; did you mean "${meant}"?`
  }
  return undefined
}

const LONGEST = 64

/**
 * The limit that a name is likely to be meant for: one of the same letters, one that begins alike, or the one with the fewest
 * letters to change, at most a third of them. What it finds closes a key, so it is not the search that words a hint: that one may
 * miss a letter in front (`key_status`), and take `start` for `status`.
 */
function limitFor(asked: string): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.ceil(asked.length / 3)) + 1
  for (const one of LIMITING) {
    const other = one.toLowerCase()
    const close = begins(asked, other) || begins(other, asked) || sorted(asked) === sorted(other)
    const changes = Math.min(distance(asked, other), close ? 1 : Infinity)
    if (changes < least) {
      least = changes
      best = one
    }
  }
  return best
}

const begins = (short: string, long: string): boolean => short.length > 2 && long.startsWith(short)

const sorted = (text: string): string => [...text].sort().join()

/** Letters to insert, leave out or replace (Levenshtein). */
function distance(a: string, b: string): number {
  // One more than it has letters.
  let row = [...b, b].map((_, j) => j)
  for (const letter of a) {
    // At the left edge there is nothing but leaving out.
    let left = Infinity
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, (row[j - 1] ?? left) + Number(letter !== b[j - 1]))
      return left
    })
  }
  return row.at(-1) as number
}
