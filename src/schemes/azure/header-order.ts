/*
 * The service sorts the names of its fields as .NET does for en-US: a hyphen counts only where two names are equal without any. The
 * official packages imitate that (storage-common/src/utils/SharedKeyComparator.ts of azure-sdk-for-js); by code unit, `x-ms-a-b`
 * would stand before `x-ms-aa`, and the service disagrees.
 */

// What a name may hold, in this order; "-" and "'" weigh nothing at first.
const ORDER = '!#$%&*.^_`|~+0123456789abcdefghijklmnopqrstuvwxyz'
const LIGHT = /[-']/g

/** Below, at or above zero, as for `sort`. Both names are in lower case. */
export function compareNames(a: string, b: string): number {
  const left = a.replace(LIGHT, '')
  const right = b.replace(LIGHT, '')
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const difference = ORDER.indexOf(left[i] as string) - ORDER.indexOf(right[i] as string)
    if (difference !== 0) return difference
  }
  if (left.length !== right.length) return left.length - right.length
  // The same except for hyphens: the name without one at the first place where they differ comes first.
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return light(a[at]) - light(b[at])
}

const light = (char: string | undefined): number => (char === '-' ? 2 : char === "'" ? 1 : 0)
