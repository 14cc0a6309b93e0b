import { ALGORITHMS, isAlgorithm } from '../../../crypto/algorithm.js'
import type { Jwk } from '../../../crypto/format/jwk.js'
import { type IssueOptions, neverExpires } from '../../../keyring/change/issue-options.js'
import { durationMs } from '../../durations.js'
import { EXIT } from '../../exit-codes.js'
import { readText } from '../../input.js'
import { printIssued, withSecretFile } from '../../issued.js'
import { actOf, withKeyring } from '../../open-keyring.js'
import { usage } from '../../usage.js'
import { publicMaterial } from '../../verifying-key.js'
import { type Call, flagOf, listOf, type Options, textOf } from '../../world.js'

/** `keys issue`: a new key. */
export async function run(call: Call): Promise<number> {
  const asked = await issueOptions(call)
  return withSecretFile(call, (write) =>
    withKeyring(
      call,
      async ({ keyring }) => {
        await printIssued(call, await keyring.issue(asked), write)
        return EXIT.ok
      },
      true,
    ),
  )
}

async function issueOptions(call: Call): Promise<IssueOptions> {
  const { options } = call
  const { actor } = actOf(call)
  const algorithm = textOf(options, 'algorithm')
  if (algorithm !== undefined && !isAlgorithm(algorithm))
    usage(`--algorithm must be one of ${Object.keys(ALGORITHMS).join(', ')}`)
  const material = await publicKeyOf(options)
  const expires = textOf(options, 'expiresIn')
  return {
    owner: textOf(options, 'owner') ?? usage('--owner is missing: whose key it is'),
    actor,
    scopes: listOf(options, 'scope'),
    ...texts(options),
    ...lists(options),
    ...durations(options),
    ...rate(options),
    ...(isAlgorithm(algorithm) && { algorithm }),
    ...(material !== undefined && { publicKey: material, ...(algorithm === undefined && { algorithm: 'ed25519' }) }),
    ...(expires !== undefined && { expiresInMs: durationMs('--expires-in', expires) }),
    ...(flagOf(options, 'neverExpires') && { [neverExpires]: true as const }),
  }
}

/** A public key as the keyring takes it. */
export async function publicKeyOf(options: Options): Promise<string | Jwk | undefined> {
  const path = textOf(options, 'publicKey')
  if (path === undefined) return undefined
  return publicMaterial(await readText(path))
}

const texts = (options: Options): { name?: string } => {
  const name = textOf(options, 'name')
  return name === undefined ? {} : { name }
}

function lists(options: Options): {
  tags?: readonly string[]
  allowIp?: readonly string[]
  denyIp?: readonly string[]
} {
  const [tags, allowIp, denyIp] = [listOf(options, 'tag'), listOf(options, 'allowIp'), listOf(options, 'denyIp')]
  return {
    ...(tags.length > 0 && { tags }),
    ...(allowIp.length > 0 && { allowIp }),
    ...(denyIp.length > 0 && { denyIp }),
  }
}

function durations(options: Options): { lockAfterIdleMs?: number; rotateEveryMs?: number } {
  const [idle, every] = [textOf(options, 'lockAfterIdle'), textOf(options, 'rotateEvery')]
  return {
    ...(idle !== undefined && { lockAfterIdleMs: durationMs('--lock-after-idle', idle) }),
    ...(every !== undefined && { rotateEveryMs: durationMs('--rotate-every', every) }),
  }
}

const RATE = '--rate must be requests in a time such as 600/1m'

/** `600/1m` */
function rate(options: Options): { rateLimit?: { limit: number; windowMs: number } } {
  const text = textOf(options, 'rate')
  if (text === undefined) return {}
  // `600/min` and `600/m` are what people try.
  const [, limit = '', window = ''] = /^(\d{1,9})\/(\d+(?:ms|s|m|h|d))$/.exec(text) ?? usage(RATE)
  return { rateLimit: { limit: Number(limit), windowMs: durationMs('--rate', window) } }
}
