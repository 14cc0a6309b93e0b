import type { Bytes } from '../../crypto/key.js'
import type { Draft } from './draft.js'
import { assertNotBoth, assertOnePlace } from './one-place.js'

/** A rule of what is signed: `base` of an exchange. */
export type Base = (draft: Draft) => Bytes

/** What is signed, of a request that {@link assertOnePlace} takes. */
export const onePlace =
  (base: Base): Base =>
  (draft) => {
    assertOnePlace(draft)
    return base(draft)
  }

/** What is signed, of a request that {@link assertNotBoth} takes. */
export const notBoth =
  (base: Base): Base =>
  (draft) => {
    assertNotBoth(draft)
    return base(draft)
  }
