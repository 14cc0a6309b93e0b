type Part = 'limits' | 'explain' | 'streamBody'

/**
 * What the functions of this package have made for a verifier, and for which of its options. An object of the same shape would be a
 * check left out: a stream that nothing compares, a refusal that is explained as an acceptance.
 */
export const handedIn: WeakMap<object, Part> = /* @__PURE__ */ new WeakMap()

/** Notes it. */
export function handIn<T extends object>(part: Part, made: T): T {
  handedIn.set(made, part)
  return made
}
