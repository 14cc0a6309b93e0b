import type { Draft } from '../spec/draft.js'
import { feltAddress } from '../wallet/stark-key.js'
import { environmentOf, paradexBase } from './paradex-messages.js'
import { asReceived } from './wallet-signature.js'

/** A day, as the official client states it. */
const LIFE_S = 86_400

/** When the login ends, in seconds. On the verifying side it is what was received. */
export const expirationOf = ({ time, expires }: Draft): string =>
  expires === '' ? String(Number(time) + LIFE_S) : expires.slice(0, -3)

/** What a Stark key signs for a token. */
export const loginBase = (draft: Draft): string =>
  paradexBase(environmentOf(draft), draft.key, 'Request', {
    method: 'POST',
    path: '/v1/auth',
    body: '',
    timestamp: draft.time,
    expiration: expirationOf(draft),
  })

/** Writes account and end as the key signed them. @throws {CountersignError} `AUTH_MALFORMED` for an account that is no felt. */
export function readLogin(draft: Draft): void {
  try {
    draft.key = feltAddress(draft.key, 'PARADEX-STARKNET-ACCOUNT')
  } catch (error) {
    throw asReceived(draft, error)
  }
  draft.expires = `${draft.expires}000`
}
