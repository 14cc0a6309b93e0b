/** Values of JSON, changed and written again: what the mistakes with JSON are made of. */

/** The value of a JSON text that begins as an object, a list or a text; `undefined` for anything else. */
export function parsed(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Write = (value: unknown) => string

/** The value of a JSON text as each of the writers writes it. */
export function* rewritten(text: string, ...writers: readonly Write[]): Iterable<readonly [string]> {
  const value = parsed(text)
  if (value !== undefined) for (const write of writers) yield [write(value)]
}

/** The value changed, as JSON; nothing where the change is none, so that white space and escapes are not named so. */
export function* altered(
  text: string,
  ...changes: ReadonlyArray<(value: unknown) => unknown>
): Iterable<readonly [string]> {
  const value = parsed(text)
  if (value === undefined) return
  const own = JSON.stringify(value)
  for (const change of changes) {
    const now = change(value)
    if (JSON.stringify(now) === own) continue
    yield [JSON.stringify(now)]
    yield [spaced(now, ', ', ': ')]
  }
}

/** As Python's `json.dumps` and others write it, with these separators. */
export function spaced(value: unknown, comma: string, colon: string): string {
  if (Array.isArray(value)) return `[${value.map((one) => spaced(one, comma, colon)).join(comma)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}${colon}${spaced(one, comma, colon)}`)
    .join(comma)}}`
}

/** The members of every object by name. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  )
}

/** The value with each of its scalars changed. */
export function changed(value: unknown, scalar: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => changed(one, scalar))
  if (typeof value !== 'object' || value === null) return scalar(value)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changed(one, scalar)]))
}

export const asText = (one: unknown): unknown => (typeof one === 'number' ? String(one) : one)
export const asNumber = (one: unknown): unknown =>
  typeof one === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(one) && Number.isFinite(Number(one))
    ? Number(one)
    : one

const MOST_SCALARS = 6

/** All scalars of a kind changed, then some of them: an API takes a price as text and a number of items as number. */
export function* someOf(
  text: string,
  is: (one: unknown) => boolean,
  change: (one: unknown) => unknown,
): Iterable<readonly [string]> {
  const value = parsed(text)
  if (value === undefined) return
  let count = 0
  const all = changed(value, (one) => {
    if (!is(one)) return one
    count++
    return change(one)
  })
  if (count === 0) return
  yield [JSON.stringify(all)]
  yield [spaced(all, ', ', ': ')]
  if (count < 2 || count > MOST_SCALARS) return
  for (let chosen = 1; chosen < 2 ** count - 1; chosen++) {
    let at = 0
    yield [JSON.stringify(changed(value, (one) => (is(one) && ((chosen >> at++) & 1) === 1 ? change(one) : one)))]
  }
}

/** An object without each of its members in turn. */
export function* withoutMembers(text: string): Iterable<readonly [string, string]> {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  for (const name of Object.keys(value).slice(0, 64)) {
    const { [name]: _, ...rest } = value as Record<string, unknown>
    yield [JSON.stringify(rest), `without the member ${JSON.stringify(name.slice(0, 64))}`]
  }
}

/** Without the members that are nothing. */
export function pruned(value: unknown, isNothing: (one: unknown) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => pruned(one, isNothing))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => !isNothing(one))
      .map(([name, one]) => [name, pruned(one, isNothing)]),
  )
}
