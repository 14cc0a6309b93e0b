import { CountersignError } from '../../errors.js'
import { uuids } from '../signer/nonce-formats.js'
import type { Draft } from '../spec/draft.js'
import { bearer, is, jwtInput, type Members, optional, readJwt, text, whole } from '../spec/jwt.js'
import { queryHash } from '../spec/query-hash.js'
import type { Family } from '../spec/spec.js'

/** How the two exchanges differ. */
export interface ParameterToken {
  readonly alg: 'HS256' | 'HS512'
  /** The parameters are hashed before percent-encoding. */
  readonly raw: boolean
  /** The token states milliseconds. */
  readonly timestamp: boolean
  /** Path of the private socket, whose upgrade shows a token. */
  readonly socket: string
}

/** The token of Upbit and Bithumb: key, nonce and the hash of all parameters; neither method nor path. */
export function parameterToken({
  alg,
  raw,
  timestamp,
  socket,
}: ParameterToken): Family<'headers' | 'base' | 'read' | 'covers' | 'nonce' | 'params' | 'messages'> {
  const hashOf = (draft: Draft): object => {
    const found = queryHash(draft, raw)
    return found === undefined ? {} : { query_hash: found, query_hash_alg: 'SHA512' }
  }
  const header: Members = { alg: is(alg), typ: is('JWT') }
  const claims: Members = {
    access_key: text(/./),
    nonce: text(uuids.pattern),
    ...(timestamp && { timestamp: whole }),
    query_hash: optional(text(/^[0-9a-f]{128}$/)),
    query_hash_alg: optional(is('SHA512')),
  }
  const token: Family<'headers' | 'base' | 'read'> = {
    headers: bearer,
    base: (draft) =>
      jwtInput(
        { alg, typ: 'JWT' },
        {
          access_key: draft.key,
          nonce: draft.nonce,
          ...(timestamp && { timestamp: Number(draft.time) }),
          ...hashOf(draft),
        },
      ),
    read: (draft) => {
      const found = readJwt(draft.payload, header, claims).claims
      const { access_key, nonce, query_hash, query_hash_alg } = found
      if (JSON.stringify(hashOf(draft)) !== JSON.stringify({ query_hash, query_hash_alg }))
        throw new CountersignError('DIGEST_MISMATCH', '"query_hash" is not that of the parameters')
      draft.key = access_key as string
      draft.nonce = nonce as string
      if (timestamp) draft.time = String(found['timestamp'])
    },
  }
  return {
    nonce: uuids,
    ...token,
    covers: ['parameters'],
    params: { lists: 'brackets' },
    messages: { login: { path: socket, ...token } },
  }
}
