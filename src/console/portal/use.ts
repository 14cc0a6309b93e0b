import { fail, isCountersignError } from '../../errors.js'
import { integer, moment, object, text } from '../../keyring/api/shapes.js'
import type { Keyring } from '../../keyring/keyring-options.js'
import { environmentOfKeyringId } from '../../keyring/record/key-format.js'
import type { Activity, IncidentAnswer, KeyUsageAnswer } from '../contract.js'
import type { Portal, PortalCall, PortalRoute } from './call.js'
import { rowOf } from './row.js'
import { stepsOf } from './steps.js'
import { MOST_DAYS } from './trail.js'

const DAY = 86_400_000
const MOST_IDS = 200
const MOST_OWNERS = 100_000

/** Owners of keys, which never change: a page that is shown again asks no store. */
async function ownerOf({ owners, settings }: Portal, id: string): Promise<string | undefined> {
  const known = owners.get(id)
  if (known !== undefined) return known
  const environment = environmentOfKeyringId(id)
  const ring: Keyring | undefined = settings.rings.find((one) => one.environment === environment)
  try {
    const { owner } = (await ring?.describe(id)) ?? {}
    if (owners.size >= MOST_OWNERS) owners.delete(owners.keys().next().value as string)
    if (owner !== undefined) owners.set(id, owner)
    return owner
  } catch (error) {
    if (isCountersignError(error, 'KEY_NOT_FOUND')) return undefined
    throw error
  }
}

/** GET `activity`: ids that the session may not see are absent, as those that were never used are. */
async function activity({ portal, caller, input, login }: PortalCall): Promise<Activity> {
  const { days: most = 30 } = input
  const ids = [...new Set((input.ids ?? '').split(',').filter((id) => id !== ''))]
  if (ids.length > MOST_IDS) fail('ARGUMENT_INVALID', `"ids" must be at most ${MOST_IDS}`)
  const { days, asOfMs, sampled } = await portal.trail.activity(most)
  const since = new Date(asOfMs - (most - 1) * DAY).toISOString().slice(0, 10)
  const keys: [string, Activity['keys'][string]][] = []
  for (const id of ids) {
    const used = days.get(id)?.filter(({ day }) => day >= since) ?? []
    if (used.length === 0 || !(caller.isAdmin || (await ownerOf(portal, id)) === login.owner)) continue
    keys.push([id, { days: used }])
  }
  // Ids are of the form that keyrings make, so none of them is a name of every object.
  return { keys: Object.fromEntries(keys), asOfMs, sampled }
}

/** GET `keys/{id}/usage`: who still uses the old one. */
async function usage({ portal, key }: PortalCall): Promise<KeyUsageAnswer> {
  const { oldKeys, asOfMs } = await portal.trail.activity()
  return { users: oldKeys.get(key.id) ?? [], asOfMs }
}

/** GET `keys/{id}/incident`. */
async function incident({ portal, key, input }: PortalCall): Promise<IncidentAnswer> {
  const report = await portal.trail.incident(key.id, input.sinceMs ?? key.createdAtMs)
  return { key: rowOf(key), incident: report, steps: stepsOf(key, report, undefined) }
}

const READ = { method: 'GET', status: 200 } as const

export const USE_ROUTES: readonly PortalRoute[] = [
  {
    ...READ,
    path: '/activity',
    kind: 'read',
    query: object({ ids: text(MOST_IDS * 64), days: integer(1, MOST_DAYS) }, ['ids']),
    run: activity,
  },
  { ...READ, path: '/keys/{id}/usage', kind: 'read', run: usage },
  {
    ...READ,
    path: '/keys/{id}/incident',
    kind: 'costly',
    query: object({ sinceMs: moment() }),
    run: incident,
  },
]
