import type { SigningKey } from '../../crypto/key.js'
import type { Craft, Plain } from './craft.js'

/** What attacks are made of. */
export interface Kit {
  readonly plain: Plain
  readonly key: SigningKey
  readonly label: string
  readonly craft: Craft
  /** The public half of the key in every form that is handed around; none for a shared secret. */
  readonly publicForms: ReadonlyArray<readonly [form: string, bytes: Uint8Array]>
}

/** One try. What comes before the last requests is honest, must be accepted, and makes the try mean something. */
export interface Try {
  readonly name: string
  /** Sent first, and accepted: it is what a server has to remember. */
  readonly first?: Uint8Array
  /** Must be refused. Several are sent at once, and all but one must be refused where nothing was sent first. */
  readonly sent: readonly Uint8Array[]
  /** One of those that are sent at once is honest, so that one must be accepted. */
  readonly oneIsHonest?: boolean
}

/** One row of the attack catalogue, as far as it can be executed from outside with one key. */
export interface Attack {
  /** Its number in the catalogue of this project's tests. */
  readonly number: number
  readonly name: string
  /** Why it cannot be tried with what was given; `undefined` where it can. */
  readonly lacks?: (kit: Kit) => string | undefined
  readonly tries: (kit: Kit) => Promise<readonly Try[]>
}

/** Something has to be there for a change of it to be an attack. */
export const needsBody = ({ plain }: Kit): string | undefined =>
  plain.body === null || plain.body.length === 0 ? 'a body (--data)' : undefined
export const needsQuery = ({ plain }: Kit): string | undefined =>
  plain.url.includes('?') ? undefined : 'a query in the URL'
