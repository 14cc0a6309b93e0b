import { fail } from '../../errors.js'

const METHODS = ['getWithMetadata', 'put', 'list', 'delete']

/**
 * Refuses a Workers KV namespace where nonces are to be remembered: it has no conditional write and shows what was written late
 * elsewhere, so that of two equal requests both would be the first.
 *
 * @see https://developers.cloudflare.com/kv/concepts/how-kv-works/
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function refuseWorkersKv(where: string, name: string, value: unknown): void {
  const members = value as Readonly<Record<string, unknown>> | null | undefined
  if (!METHODS.every((method) => typeof members?.[method] === 'function')) return
  fail(
    'CONFIG_INVALID',
    `${where}: "${name}" must not be Workers KV: it accepts a message twice; use durableObjectReplayStore or d1ReplayStore`,
  )
}
