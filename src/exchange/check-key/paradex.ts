import { CountersignError } from '../../errors.js'
import type { KeyWalk } from './key-report.js'
import { record, text, texts } from './read-answer.js'

/**
 * Logs in, and asks for the key as a subkey of the account. What is none is the account's key, which may withdraw.
 *
 * @see {@link https://docs.paradex.trade/api/prod/subkey/get-subkey | Paradex, Get Subkey}
 */
export const paradex: KeyWalk = {
  refusal: ({ error }) => error,
  walk: async (ask, { publicKey }) => {
    if (publicKey === undefined)
      throw new CountersignError(
        'CONFIG_INVALID',
        '"signer" must have a key with its "publicKey", as that of starkKey()',
      )
    const login = record(await ask({ method: 'POST', path: '/v1/auth' }), 'the login')
    const found = await ask({
      path: `/v1/account/keys/subkeys/${publicKey}`,
      open: true,
      bearer: text(login, 'jwt_token'),
      none: 404,
    })
    if (found === undefined) return { permissions: ['account'], withdraw: true, trade: true, ipBound: undefined }
    const subkey = record(found, 'the subkey')
    const active = text(subkey, 'state') === 'active'
    const lists = subkey['allowed_cidrs']
    return {
      permissions: active ? ['subkey'] : [],
      withdraw: false,
      trade: active,
      // "Empty means unrestricted"; Go writes an empty list as null.
      ipBound: lists !== undefined && lists !== null && texts(subkey, 'allowed_cidrs').length > 0,
      ...(!active && { unapproved: 'the subkey is not active: activate it, or register another one' }),
    }
  },
}
