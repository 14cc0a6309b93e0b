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
  const [left, right] = [a.replace(LIGHT, ''), b.replace(LIGHT, '')]
  const at = difference(left, right)
  // The same except for hyphens: the name without one at the first place where they differ comes first.
  const place = difference(a, b)
  return heavy(left[at]) - heavy(right[at]) || light(a[place]) - light(b[place])
}

/** Where two texts differ first, or both end. */
function difference(a: string, b: string): number {
  let at = 0
  while (a[at] !== undefined && a[at] === b[at]) at++
  return at
}

// A name that has ended is in no order, and comes first.
const heavy = (char: string | undefined): number => ORDER.indexOf(String(char))
const light = (char: string | undefined): number => (char === '-' ? 2 : char === "'" ? 1 : 0)
