import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import type { PublishedVectors, WrittenPolicy } from './format.js'
import { KEYS } from './keys.js'
import { REFUSE } from './refuse.js'
import { SIGN } from './sign.js'
import { verifyVectors } from './verify.js'

/** The strict preset, for the hosts that the vectors name, with a cap that a vector can exceed. */
export const POLICY: ReturnType<typeof strictPolicy> = strictPolicy({
  authorities: ['api.example.com', 'api.example.com:8443', '[2001:db8::1]:8443'],
  maxBodyBytes: 4_096,
})

const written = (): WrittenPolicy => {
  const { authorities, maxAgeMs, maxFutureMs, maxLifetimeMs, maxBodyBytes, requireNonce } = POLICY
  const { require, requireWithBody, contentCodings, methodOverrideFields } = POLICY
  return {
    ...{ authorities, maxAgeMs, maxFutureMs, maxLifetimeMs, maxBodyBytes },
    ...{ require, requireWithBody, requireNonce, contentCodings, methodOverrideFields },
  }
}

export async function publishedVectors(): Promise<PublishedVectors> {
  const verify = await verifyVectors()
  return { $schema: './schema.json', version: 1, policy: written(), keys: KEYS, sign: SIGN, verify, refuse: REFUSE }
}

/** One vector a line: a change shows as what it is. */
export function textOf({ keys, sign, verify, refuse, ...head }: PublishedVectors): string {
  const list = (rows: readonly object[]): string =>
    `[\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`
  const lists = Object.entries({ keys, sign, verify, refuse }).map(([name, rows]) => `  "${name}": ${list(rows)}`)
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n${lists.join(',\n')}\n}\n`
}
