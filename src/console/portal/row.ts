import type { KeyInfo } from '../../keyring/record/key-view.js'
import type { KeyRow } from '../contract.js'

const RANDOM_LENGTH = 20

/** A key with what a list shows of its id. */
export const rowOf = (key: KeyInfo): KeyRow => ({
  ...key,
  prefix: key.id.slice(0, -RANDOM_LENGTH),
  lastFour: key.id.slice(-4),
})

/** An answer of the keyring's API with rows in the place of its keys. */
export function withRows(answer: object): object {
  const { key, keys, replacement } = answer as { readonly key?: KeyInfo; readonly keys?: readonly KeyInfo[] } & {
    readonly replacement?: object
  }
  return {
    ...answer,
    ...(key !== undefined && { key: rowOf(key) }),
    ...(keys !== undefined && { keys: keys.map(rowOf) }),
    ...(replacement !== undefined && { replacement: withRows(replacement) }),
  }
}
