import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type { OfferedScope, ScopeLevel } from '../../../console/contract.js'
import { pageFiles, portalListener } from '../../../console/portal/node.js'
import { createKeyringPortal, type KeyringPortal, type KeyringPortalOptions } from '../../../console/portal/portal.js'
import { checkedGrants } from '../../../keyring/change/scopes.js'
import type { Keyring } from '../../../keyring/keyring-options.js'
import { generateKek } from '../../../keyring/record/kek.js'
import { rfc9421Verifier } from '../../../schemes/rfc9421/verifier.js'
import { strictPolicy } from '../../../server/policy/strict-policy.js'
import { createVerifier, noReplayProtection } from '../../../server/verifier.js'
import { actOf, type OpenKeyring, stated } from '../../open-keyring.js'
import { usage } from '../../usage.js'
import { type Call, listOf, textOf } from '../../world.js'
import { consoleLogin } from './console-login.js'

/** Below which the console answers; everything else is the admin API. */
export const CONSOLE_PATH = '/keys'
/** Where everything is kept where nothing is given. */
const FOLDER = 'countersign-keys'
const DEFAULT_SCOPES = ['api:read', 'api:write', 'api:admin']

/**
 * The options with what a first try needs: a store, a key-encryption key and a trail in one folder, made where there is none.
 * A key is never made for a store that is there: it could not open what another one sealed.
 */
export function withDefaults(call: Call): Call {
  const { world, options } = call
  const isStated = (name: string, variable: string): boolean => stated(world, options, name, variable) !== undefined
  const [store, kek] = [`${FOLDER}/store`, `${FOLDER}/kek`]
  const more: Record<string, string> = {}
  if (!isStated('prefix', 'COUNTERSIGN_PREFIX')) more['prefix'] = 'my'
  const [hasStore, hasKek] = [isStated('store', 'COUNTERSIGN_STORE'), isStated('kek', 'COUNTERSIGN_KEK')]
  if (hasStore !== hasKek) usage('--console needs --store and --kek, or neither of them')
  if (!hasStore) {
    mkdirSync(FOLDER, { recursive: true, mode: 0o700 })
    if (!existsSync(kek)) {
      if (existsSync(store)) usage(`${kek} is missing, which opens what is in ${store}`)
      writeFileSync(kek, `${generateKek()}\n`, { mode: 0o600, flag: 'wx' })
      world.stderr.write(`countersign: the key-encryption key was made: keep a copy of ${kek} somewhere else\n`)
    }
    more['store'] = `file:${store}`
    more['kek'] = `file:${kek}`
    if (options['audit'] === undefined) more['audit'] = `${FOLDER}/audit.jsonl`
  }
  return { ...call, options: { ...options, ...more } }
}

const LEVELS: Readonly<Record<string, ScopeLevel>> = { read: 'read', admin: 'admin', '*': 'admin' }

/** A scope in a few words: its own. */
function offered(name: string): OfferedScope {
  const action = name.slice(name.indexOf(':') + 1)
  const level = Object.hasOwn(LEVELS, action) ? (LEVELS[action] as ScopeLevel) : 'write'
  return { name, label: name, level }
}

/** What the test box and the guide need: the service whose requests these keys sign, by its host. */
async function forApi(
  keyring: Keyring,
  host: string,
): Promise<Required<Pick<KeyringPortalOptions, 'verifier' | 'guide'>>> {
  if (!URL.canParse(`https://${host}`) || new URL(`https://${host}`).host !== host)
    return usage('--api must be a host as in a URL, such as api.example.com')
  const policy = strictPolicy({ authorities: [host] })
  const { tryOut } = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: keyring,
    policy,
    // Requests are only tried out, and none is let in.
    replay: noReplayProtection,
  })
  if (tryOut === undefined) return usage('--api needs a verifier that tries requests out')
  const { clientGuide } = await import('../../../guide/index.js')
  return { verifier: { tryOut }, guide: clientGuide({ policy, origin: `https://${host}` }) }
}

/** A console that is ready to be served. */
export interface ServedConsole {
  /** One for each origin, in their order: each takes changes from its own pages. */
  readonly listeners: ReadonlyArray<ReturnType<typeof portalListener>>
  /** The link for the first administrator. */
  readonly link: string
}

/** The keys page for one administrator, who comes in by a link. */
export async function openConsole(
  call: Call,
  { keyring, log }: OpenKeyring,
  origins: readonly string[],
): Promise<ServedConsole> {
  const [origin] = origins as [string]
  const scopes = listOf(call.options, 'scope')
  // Before anything is read or made.
  const names = checkedGrants(scopes.length === 0 ? DEFAULT_SCOPES : scopes)
  const { actor } = actOf(call)
  const login = consoleLogin(
    { basePath: CONSOLE_PATH, isSecure: origin.startsWith('https:'), clock: { now: Date.now } },
    { owner: String(actor), isAdmin: true, mayGrant: names },
  )
  const api = textOf(call.options, 'api')
  const options: Omit<KeyringPortalOptions, 'publicOrigin'> = {
    ...(api !== undefined && (await forApi(keyring, api))),
    keyring,
    session: login.session,
    scopes: names.map(offered),
    basePath: CONSOLE_PATH,
    page: await pageFiles(),
    ...(log && { audit: log }),
    onError: (error) => call.world.stderr.write(`countersign: ${(error as Error).message}\n`),
  }
  const listeners = origins.map((one) => {
    const portal = createKeyringPortal({ ...options, publicOrigin: new URL(one).origin })
    const both: KeyringPortal = async (request, context) => login.enter(request) ?? portal(request, context)
    return portalListener(both)
  })
  return { listeners, link: `${new URL(origin).origin}${login.path}` }
}
