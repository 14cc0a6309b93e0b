import { partOf } from '../exchange/spec/template.js'

/** What stands in a received message where a template has a placeholder; `undefined` where it has another shape. */
export function shownAt(template: unknown, placeholder: string, received: unknown): unknown {
  if (template === placeholder) return received
  const part = partOf(template)
  if (part !== undefined) return shownAt(part.inside, placeholder, part.read(received))
  if (typeof template !== 'object' || template === null || typeof received !== 'object' || received === null)
    return undefined
  const members = received as Readonly<Record<string, unknown>>
  // A text of its own distinguishes messages: what stands first in a subscription is no token (WhiteBIT).
  if (Object.entries(template).some(([name, one]) => isWord(name) && isWord(one) && members[name] !== one))
    return undefined
  for (const [name, one] of Object.entries(template)) {
    const found = shownAt(one, placeholder, members[name])
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
