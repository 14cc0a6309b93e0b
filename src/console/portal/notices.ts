import { ownerMeant } from '../../keyring/api/caller.js'
import { object, text } from '../../keyring/api/shapes.js'
import type { KeyInfo } from '../../keyring/record/key-view.js'
import { WARNING_DAYS } from '../../keyring/reminders.js'
import { defined } from '../../support/defined.js'
import type { Notice, NoticeKind, Notices } from '../contract.js'
import type { PortalCall, PortalRoute } from './call.js'

const DAY = 86_400_000
const PAGE = 1_000
/** One question must not walk over all keys there are. */
const MOST_KEYS = 20_000
const MOST_NOTICES = 1_000
const UNUSED_DAYS = 30
/** Ages at which a key without a due date of its own should be replaced. */
const AGES = [90, 60, 30]

/** Kinds from the most urgent to the least. */
const ORDER: readonly NoticeKind[] = [
  'expired',
  'expires',
  'overdue',
  'wide-scope',
  'no-end',
  'rotate',
  'no-addresses',
  'unused',
  'aged',
]

type Found = readonly [kind: NoticeKind, atMs: number, days: number]

/** What is to be noticed of a key at a moment. Of one that was revoked or replaced, nothing. */
export function noticesOf(key: KeyInfo, nowMs: number): readonly Found[] {
  if (key.status === 'revoked' || key.replacedBy !== undefined) return []
  const { expiresAtMs, rotateAtMs, rotateEveryMs, createdAtMs, usage, scopes, allowIp } = key
  const found: Found[] = []
  const until = (atMs: number): number => Math.ceil((atMs - nowMs) / DAY)
  if (expiresAtMs === null) found.push(['no-end', createdAtMs, 0])
  else if (expiresAtMs <= nowMs) return [['expired', expiresAtMs, 0]]
  else if (until(expiresAtMs) <= Math.max(...WARNING_DAYS)) found.push(['expires', expiresAtMs, until(expiresAtMs)])
  if (rotateAtMs !== undefined && rotateEveryMs !== undefined) {
    if (rotateAtMs <= nowMs) found.push(['overdue', rotateAtMs, 0])
    else if (rotateAtMs - 0.2 * rotateEveryMs <= nowMs) found.push(['rotate', rotateAtMs, until(rotateAtMs)])
  } else {
    const age = AGES.find((days) => createdAtMs + days * DAY <= nowMs)
    if (age !== undefined) found.push(['aged', createdAtMs + age * DAY, age])
  }
  if (scopes.some((scope) => scope.includes('*') || scope.endsWith(':admin')))
    found.push(['wide-scope', key.changedAtMs, 0])
  if (allowIp.length === 0) found.push(['no-addresses', createdAtMs, 0])
  const idleSinceMs = Math.max(createdAtMs, usage?.lastUsedAtMs ?? 0)
  if (idleSinceMs + UNUSED_DAYS * DAY <= nowMs) found.push(['unused', idleSinceMs, 0])
  return found
}

/** GET `notices`. */
async function notices({ portal, caller, input }: PortalCall): Promise<Notices> {
  const { rings, clock } = portal.settings
  const nowMs = clock.now()
  const owner = caller.isAdmin ? input.owner : ownerMeant(caller, input.owner)
  const found: Notice[] = []
  let seen = 0
  let more = false
  for (const ring of rings) {
    let after: string | undefined
    do {
      const page = await ring.list(defined({ owner, after, limit: PAGE }))
      for (const key of page.keys)
        for (const [kind, atMs, days] of noticesOf(key, nowMs))
          found.push({
            ...{ kind, atMs, days, keyId: key.id, owner: key.owner },
            ...{ name: key.name, environment: key.environment },
          })
      seen += page.keys.length
      after = page.next
      more = after !== undefined
    } while (after !== undefined && seen < MOST_KEYS)
  }
  const ordered = found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.atMs - b.atMs)
  return { notices: ordered.slice(0, MOST_NOTICES), more: more || ordered.length > MOST_NOTICES }
}

export const NOTICE_ROUTES: readonly PortalRoute[] = [
  {
    method: 'GET',
    path: '/notices',
    kind: 'costly',
    status: 200,
    query: object({ owner: text(256) }),
    run: notices,
  },
]
