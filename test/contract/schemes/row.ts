import type { HttpRequest } from '../../../src/message/message.js'
import type { KeySource } from '../../../src/server/key-source.js'
import type { SchemePolicy } from '../../../src/server/policy/policy.js'
import type { SchemeUnderTest } from '../../property/scheme-laws.js'

/** The host of the requests that tests judge. */
export const HOST = 'api.example.com'

/** One scheme as every test of all schemes sees it: both sides, with keys of its own. */
export interface SchemeRow extends SchemeUnderTest {
  readonly name: string
  /** The functions that it is made of, as `src/schemes` exports them. */
  readonly of: readonly string[]
  /** What is signed in tests that judge one request, where it is not the usual order ({@link orderOf}). */
  readonly request?: HttpRequest
  /** What the record of the key has to hold besides: the token of temporary credentials. */
  readonly sessionToken?: string
  /** What a server that takes it states for it. */
  readonly policy?: SchemePolicy
  readonly contentCodings?: readonly string[]
  /** The keys of such a server, where they are not the key alone. */
  readonly keys?: KeySource
}
