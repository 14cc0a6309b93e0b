import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'

/** The login of the WebSocket shows what was signed. @throws {CountersignError} `AUTH_MALFORMED` where that is another nonce's. */
export function readPayload({ payload, nonce }: Draft): void {
  if (payload !== `AUTH${nonce}`) fail('AUTH_MALFORMED', '"authPayload" is not that of "authNonce"')
}
