import { readFile } from 'node:fs/promises'
import { loadSecret } from '../../client/load-secret.js'
import { fail } from '../../errors.js'
import type { TlsOptions } from '../listener.js'
import type { Checks } from './checks.js'
import type { Path } from './jsonc.js'
import type { KeyWorld } from './keys.js'

/** A certificate file, and the place of its private key. */
export async function readTls(
  checks: Checks,
  path: Path,
  value: unknown,
  world: KeyWorld,
): Promise<TlsOptions | undefined> {
  if (value === undefined) return undefined
  const members = checks.members(path, value, ['cert', 'key']) ?? {}
  const cert = checks.text([...path, 'cert'], members['cert'], 'the path of a PEM file')
  const key = checks.place([...path, 'key'], members['key'])
  if (cert === undefined || key === undefined) {
    if (members['cert'] === undefined || members['key'] === undefined) checks.wrong(path, 'must have "cert" and "key"')
    return undefined
  }
  const chain = await checks.attempt([...path, 'cert'], () => certificate(cert))
  const secret = await checks.attempt([...path, 'key'], () => loadSecret(key, world))
  return chain === undefined || secret === undefined ? undefined : { cert: chain, key: secret.reveal() }
}

/** @throws {CountersignError} `CONFIG_INVALID` for a file that cannot be read. */
export const certificate = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    fail('CONFIG_INVALID', `"${path}" must be a file that can be read, got ${error.code ?? 'an error'}`),
  )
