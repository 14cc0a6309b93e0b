/**
 * What stands at a place of parsed JSON: names and positions joined by dots (`data.0.ts`), '' for all of it. Only members of its
 * own are found; `undefined` where the selector leads to nothing.
 */
export function select(value: unknown, selector: string): unknown {
  let found = value
  for (const name of selector === '' ? [] : selector.split('.')) {
    // "length" is a list's own, too, and no member of JSON.
    if (typeof found !== 'object' || found === null || !Object.prototype.propertyIsEnumerable.call(found, name))
      return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}
