import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { fileSink } from '../audit/file.js'
import { type AuditLog, createAuditLog } from '../audit/log.js'
import { createKeyring } from '../keyring/keyring.js'
import type { Act, Keyring } from '../keyring/keyring-options.js'
import { type LocalKek, localKek } from '../keyring/record/kek.js'
import { createSealing } from '../keyring/record/sealing.js'
import { defined } from '../support/defined.js'
import { EXIT } from './exit-codes.js'
import { assertStore, openStore, storeName } from './keyring-store.js'
import { assertSameKeyring, refuseKek } from './new-keyring.js'
import { KEYRING_NAMES, namingOptions } from './option-errors.js'
import { oneLine } from './screen.js'
import { optionalSecret, secretOf } from './secrets.js'
import { usage } from './usage.js'
import { type Call, flagOf, hide, listOf, type Options, textOf, type World } from './world.js'

/** A keyring for the time of one command. */
export interface OpenKeyring {
  readonly keyring: Keyring
  readonly log: AuditLog | undefined
  /** Which keyring it is, in words for the screen. */
  readonly name: { readonly store: string; readonly prefix: string }
}

/** An option, or the variable that stands for it in a shell where many commands follow. */
export const stated = ({ env }: World, options: Options, name: string, variable: string): string | undefined =>
  textOf(options, name) ?? env[variable]

export const prefixOf = (call: Call): string => partsOf(call, ['prefix']).prefix

const PARTS = { prefix: 'acme', store: 'file:keys', kek: 'file:kek.secret' } as const
const MADE_BY = 'countersign keygen kek --algorithm hmac-sha256'

/**
 * What names a keyring and opens it.
 *
 * @throws {UsageError} that names everything that is missing at once.
 */
function partsOf({ world, options }: Call, names: readonly (keyof typeof PARTS)[]): Record<keyof typeof PARTS, string> {
  const parts = { prefix: '', store: '', kek: '' }
  for (const name of names) parts[name] = stated(world, options, name, `COUNTERSIGN_${name.toUpperCase()}`) ?? ''
  const missing = names.filter((name) => parts[name] === '')
  const last = missing.at(-1)
  if (last === undefined) return parts
  const all = [
    missing
      .slice(0, -1)
      .map((name) => `--${name}`)
      .join(', '),
    `--${last}`,
  ].filter((text) => text !== '')
  const example = missing.map((name) => `--${name} ${PARTS[name]}`).join(' ')
  const made = last === 'kek' ? ` (${MADE_BY} makes the file)` : ''
  return usage(`${all.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: ${example}, for example${made}`)
}

async function sealingOf(call: Call, place: string) {
  const { world, options } = call
  const kek = (option: string, place: string): Promise<LocalKek> =>
    namingOptions(call, async () => localKek(await secretOf(world, option, place, options)), { secret: option })
  const indexSecret = await optionalSecret(world, options, 'indexSecret', '--index-secret')
  const others: LocalKek[] = []
  for (const one of listOf(options, 'formerKek')) others.push(await kek('--former-kek', one))
  return createSealing({ primary: await kek('--kek', place), others, ...(indexSecret && { indexSecret }) })
}

/** A trail that cannot be written is said before anything is changed. */
async function assertWritable(path: string): Promise<void> {
  await (await open(path, 'a', 0o600)).close()
}

/**
 * Does a job with the keyring, and leaves everything closed, whatever becomes of it.
 *
 * @param first whether the job may be the first of a store: any other finds nothing in one that is not there
 * @returns the exit code of the job, or {@link EXIT.undecided} where a change is not in the trail
 */
export const withKeyring = (call: Call, job: (open: OpenKeyring) => Promise<number>, first = false): Promise<number> =>
  namingOptions(call, () => opened(call, job, first), KEYRING_NAMES)

async function opened(call: Call, job: (open: OpenKeyring) => Promise<number>, first: boolean): Promise<number> {
  const { world, options } = call
  const { prefix, store: url, kek } = partsOf(call, ['prefix', 'store', 'kek'])
  assertStore(url)
  const sealing = await sealingOf(call, kek)
  const path = textOf(options, 'audit')
  if (path !== undefined) await assertWritable(path)
  const create = flagOf(options, 'create')
  const place = /^(?:file|sqlite):(.+)$/s.exec(url)?.[1]
  const isNew = place !== undefined && !existsSync(place)
  const { store, close } = await openStore(url, textOf(options, 'store') === undefined, { first, create })
  // What a lost event means is the user's to decide: it is said, and the change stays.
  const said = new Set<string>()
  const onError = (error: unknown): void => {
    const text = oneLine(hide(world, (error as Error).message))
    if (!said.has(text)) world.stderr.write(`countersign: ${text}\n`)
    said.add(text)
  }
  let lost = false
  const onLost = (error: unknown): void => {
    lost = true
    onError(error)
  }
  const log =
    path === undefined ? undefined : createAuditLog({ sinks: [fileSink({ path })], chain: true, onError: onLost })
  const keyring = createKeyring({
    store,
    prefix,
    sealing,
    onError,
    environment: textOf(options, 'environment') === 'test' ? 'test' : 'live',
    ...(options['alone'] === true && { otherNodes: 0, cache: { pollMs: 0 } }),
    ...(log && { audit: log }),
    // This process sees no use of keys.
    usage: false,
  })
  let code: number
  try {
    if (first && !create) await assertSameKeyring(store, prefix, sealing)
    code = await job({ keyring, log, name: { store: storeName(url), prefix } })
  } catch (error) {
    return await refuseKek(error, store, prefix, sealing)
  } finally {
    await keyring.close()
    await log?.close()
    await close()
  }
  // A misspelt path is seen at once, and not when the key is missing where it is looked for.
  if (isNew && code === EXIT.ok && !flagOf(options, 'console'))
    world.stderr.write(`countersign: a new keyring was made at ${oneLine(place)}\n`)
  return code === EXIT.ok && lost ? EXIT.undecided : code
}

/** Who does it, and why. */
export function actOf({ options, world }: Call): Act {
  const reason = textOf(options, 'reason')
  return defined({ actor: textOf(options, 'actor') ?? userName(world), reason })
}

/** A name for the trail, and no proof of anything: who can reach the store can write any. */
function userName({ env }: World): string {
  const stated = env['USER'] || env['LOGNAME'] || env['USERNAME']
  if (stated) return stated
  try {
    return userInfo().username
  } catch {
    return 'countersign'
  }
}
