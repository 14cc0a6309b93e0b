/** What stands in a received message where a form has a hole; `undefined` where it has another shape. */
export function shownAt(form: unknown, hole: string, received: unknown): unknown {
  if (form === hole) return received
  if (typeof form !== 'object' || form === null || typeof received !== 'object' || received === null) return undefined
  const members = received as Readonly<Record<string, unknown>>
  // A text of its own tells one message from another: what stands first in a subscription is no token (WhiteBIT).
  if (Object.entries(form).some(([name, one]) => isWord(name) && isWord(one) && members[name] !== one)) return undefined
  for (const [name, one] of Object.entries(form)) {
    const found = shownAt(one, hole, members[name])
    if (found !== undefined) return found
  }
  return undefined
}

const isWord = (one: unknown): boolean => typeof one === 'string' && !/^[$#@]/.test(one)

/** Every text inside a message. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
