/** What an edit adds and takes away. */
export interface Difference {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

export const differenceOf = (before: readonly string[], after: readonly string[]): Difference => ({
  added: after.filter((one) => !before.includes(one)),
  removed: before.filter((one) => !after.includes(one)),
})

/** Whether the key can do more, or from more places, than before. A list of addresses that becomes empty allows all of them. */
export const isWider = (
  scopes: Difference,
  before: readonly string[],
  after: readonly string[],
  addresses: Difference,
): boolean =>
  scopes.added.length > 0 ||
  (before.length > 0 && after.length === 0) ||
  (before.length > 0 && addresses.added.length > 0)

export const isSame = ({ added, removed }: Difference): boolean => added.length === 0 && removed.length === 0
