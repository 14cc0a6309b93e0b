import { CountersignError } from '../../errors.js'
import type { KeyWalk } from './key-report.js'
import { list, record, text, whole } from './read-answer.js'

const info = (type: string, user: string) =>
  ({ method: 'POST', path: '/info', open: true, json: { type, user } }) as const

const lower = (value: string): string => value.toLowerCase()

/**
 * Whose key it is (`userRole`), and when an agent's approval ends (`extraAgents`, which lists those that have a name). The key of an
 * account itself may withdraw; an agent cannot. Nothing is signed.
 *
 * @see {@link https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-role | Hyperliquid, Query a user's role}
 */
export const hyperliquid: KeyWalk = {
  refusal: ({ error }) => error,
  noIpLists: true,
  walk: async (ask, { keyId }) => {
    if (keyId === undefined || !/^0x[0-9a-f]{40}$/.test(keyId))
      throw new CountersignError('CONFIG_INVALID', '"signer" must have a key that is called by its address')
    const found = record(await ask(info('userRole', keyId)), 'the answer')
    const role = text(found, 'role')
    if (role === 'user') return { permissions: ['account'], withdraw: true, trade: true, ipBound: undefined }
    if (role !== 'agent')
      return {
        permissions: [],
        withdraw: false,
        trade: false,
        ipBound: undefined,
        unapproved:
          role === 'missing'
            ? 'no account of this network has approved the key, or its approval has ended: see "environment", or approve it'
            : 'the address is that of a vault or sub-account, which no key signs for: use that of its master, or of an agent',
      }
    const master = text(record(found['data'], 'data'), 'user')
    const agents = list(await ask(info('extraAgents', master)), 'the agents').map((one) => record(one, 'an agent'))
    const own = agents.find((one) => lower(text(one, 'address')) === keyId)
    return {
      permissions: ['agent'],
      withdraw: false,
      trade: true,
      ipBound: undefined,
      expiresAtMs: own === undefined ? undefined : whole(own, 'validUntil'),
    }
  },
}
