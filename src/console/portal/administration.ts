import { verifyAuditChain } from '../../audit/verify.js'
import { integer, object, text } from '../../keyring/api/shapes.js'
import type { AuditEvent } from '../../server/audit-event.js'
import type { AuditPage, AuditVerified, Leaks, SealingState } from '../contract.js'
import type { PortalCall, PortalRoute } from './call.js'

const DAY = 86_400_000
const MOST_EVENTS = 500
const MOST_LEAKS = 1_000

/** The last so many, however many come. */
function lastOf<T>(most: number): { add(one: T): void; all(): T[] } {
  const ring: T[] = []
  let next = 0
  return {
    add: (one) => {
      ring[next] = one
      next = (next + 1) % most
    },
    all: () => [...ring.slice(next), ...ring.slice(0, next)],
  }
}

/** A place in the trail that stays where it is while newer events come: a time, and how many of its events were shown. */
const CURSOR = '^[0-9TZ:.-]{1,32}~[0-9]{1,6}$'

function placeOf(before: string | undefined): { readonly time: string; readonly shown: number } | undefined {
  if (before === undefined) return undefined
  const [time = '', shown = '0'] = before.split('~')
  return { time, shown: Number(shown) }
}

/** How far back is looked, one after the other: the newest page is in the last days of most logs. */
const WINDOWS_MS = [DAY, 30 * DAY, Number.POSITIVE_INFINITY]

/** GET `audit`: the newest first. A pass over the last days, of which a page is kept; over more where they do not fill it. */
async function audit({ portal, input }: PortalCall): Promise<AuditPage> {
  const { limit = 100, keyId, event: named } = input
  const place = placeOf(input.before)
  const wanted = limit + (place?.shown ?? 0) + 1
  const endMs = Date.parse(place?.time ?? '') || portal.settings.clock.now()
  let found: readonly AuditEvent[] = []
  for (const windowMs of WINDOWS_MS) {
    const since = windowMs === Number.POSITIVE_INFINITY ? {} : { sinceMs: endMs - windowMs }
    const last = lastOf<AuditEvent>(wanted)
    await portal.trail.pass(async (events) => {
      for await (const event of events) {
        if (place !== undefined && event.time > place.time) continue
        if (keyId !== undefined && event.keyId !== keyId) continue
        if (named !== undefined && event.event !== named && !event.event.startsWith(`${named}.`)) continue
        last.add(event)
      }
    }, since)
    found = last.all()
    if (found.length === wanted) break
  }
  // Several processes write one log, each in its own order.
  const ordered = [...found].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
  const left = place === undefined ? ordered : withoutShown(ordered, place.time, place.shown)
  const page = left.slice(0, limit)
  const time = page.at(-1)?.time
  if (left.length <= limit || time === undefined || time === '') return { events: page }
  const here = page.filter((event) => event.time === time).length + (time === place?.time ? place.shown : 0)
  return { events: page, next: `${time}~${here}` }
}

function withoutShown(events: readonly AuditEvent[], time: string, shown: number): AuditEvent[] {
  let left = shown
  return events.filter((event) => {
    if (event.time !== time || left === 0) return true
    left--
    return false
  })
}

/** POST `audit/verify`. */
const verify = ({ portal }: PortalCall): Promise<AuditVerified> =>
  portal.trail.pass((events) => verifyAuditChain(events, portal.settings.auditChain ?? {}))

/** GET `leaks`. */
const leaks = ({ portal }: PortalCall): Promise<Leaks> =>
  portal.trail.pass(async (events) => {
    const last = lastOf<AuditEvent>(MOST_LEAKS)
    for await (const event of events) if (/^(?:leak\.|key\.leaked$)/.test(event.event)) last.add(event)
    return { events: last.all().reverse() }
  })

/** GET `sealing`. */
async function sealing({ portal }: PortalCall): Promise<SealingState> {
  const { rings } = portal.settings
  return {
    environments: await Promise.all(
      rings.map(async (ring) => ({ environment: ring.environment, ...(await ring.sealedBy()) })),
    ),
  }
}

const ADMIN = { kind: 'costly', admin: true, status: 200 } as const

export const ADMIN_ROUTES: readonly PortalRoute[] = [
  {
    ...ADMIN,
    method: 'GET',
    path: '/audit',
    query: object({
      before: { type: 'string', pattern: CURSOR },
      limit: integer(1, MOST_EVENTS),
      keyId: text(256),
      event: text(64),
    }),
    run: audit,
  },
  { ...ADMIN, method: 'POST', path: '/audit/verify', body: object({}), run: verify },
  { ...ADMIN, method: 'GET', path: '/leaks', run: leaks },
  { ...ADMIN, method: 'GET', path: '/sealing', run: sealing },
]
