import { grants } from '../../access/scope.js'
import { defined } from '../../support/defined.js'
import type { PortalSession } from '../contract.js'
import type { PortalCall } from './call.js'
import { longestLifeOf } from './life.js'

/** GET `session`: what the page needs to know before it shows anything. */
export async function session({ portal, login, clientIp }: PortalCall): Promise<PortalSession> {
  const { settings, csrf, trail } = portal
  const { read, incident } = trail.audit ?? {}
  const { scopes, rings, algorithms, defaultLifeMs, lives, brand, clock } = settings
  const { owner, name = owner, isAdmin = false, mayGrant, id } = login
  const { allowIp = [], needsAddresses = false, lockAfterIdleMs } = mayGrant
  const environments = rings.map(({ environment }) => environment)
  const longestMs = longestLifeOf(portal, login)
  return defined({
    owner,
    name,
    isAdmin,
    csrf: csrf.of(id),
    environments,
    grant: defined({
      environments: environments.filter((one) => mayGrant.environments?.includes(one) !== false),
      allowIp,
      needsAddresses: needsAddresses || allowIp.length > 0,
      lockAfterIdleMs,
    }),
    scopes: scopes.filter((scope) => grants(mayGrant.scopes, scope.name)),
    algorithms: algorithms.filter((one) => mayGrant.algorithms?.includes(one) !== false),
    defaultLifeMs: Math.min(defaultLifeMs, longestMs ?? defaultLifeMs),
    lives: lives.filter((life) => life <= (longestMs ?? life)),
    maxLifeMs: longestMs,
    mayNeverExpire: longestMs === undefined,
    clientIp,
    features: {
      incident: incident !== undefined,
      activity: read !== undefined,
      audit: read !== undefined && isAdmin,
      check: true,
      guide: settings.guide !== undefined,
    },
    brand,
    nowMs: Math.floor(clock.now()),
  })
}
