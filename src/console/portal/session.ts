import { grants } from '../../access/scope.js'
import { defined } from '../../support/defined.js'
import type { PortalSession } from '../contract.js'
import type { PortalCall } from './call.js'

/** GET `session`: what the page needs to know before it shows anything. */
export async function session({ portal, login, clientIp }: PortalCall): Promise<PortalSession> {
  const { settings, csrf, trail } = portal
  const { read, incident } = trail.audit ?? {}
  const { scopes, rings, algorithms, defaultLifeMs, lives, maxLifeMs, brand, clock } = settings
  const { owner, name = owner, isAdmin = false, mayGrant, id } = login
  return defined({
    owner,
    name,
    isAdmin,
    csrf: csrf.of(id),
    environments: rings.map(({ environment }) => environment),
    scopes: scopes.filter((scope) => grants(mayGrant, scope.name)),
    algorithms,
    defaultLifeMs,
    lives,
    maxLifeMs,
    mayNeverExpire: maxLifeMs === undefined,
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
