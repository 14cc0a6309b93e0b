/** The type of an object without its undefined members: what may be undefined may be absent. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** An object with those members of another that have a value. Copies: not for what is made per request. */
export function defined<const T extends object>(members: T): Defined<T> {
  const found: Record<PropertyKey, unknown> = {}
  for (const name of Reflect.ownKeys(members)) {
    const value = (members as typeof found)[name]
    if (value !== undefined) found[name] = value
  }
  return found as Defined<T>
}
