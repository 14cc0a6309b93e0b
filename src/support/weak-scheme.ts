/** Schemes that were named already. Their ids are written in programs, not in requests, so there are few. */
const named = new Set<string>()

/** What may have weaknesses: a scheme, or the webhooks of one sender. */
interface Described {
  readonly id: string
  readonly weaknesses?: readonly string[]
}

/** Every `no-…` besides body, separator and time: what most senders leave out, and only the pages have. */
const COMMON = /^no-[^bst]/

/**
 * Writes what a weak scheme leaves open to the console, once. The words are those of `WEAKNESSES`, whose sentences no verifier has to
 * carry. Not as a warning of Node's process: Next's edge runtime throws where one is asked for.
 */
export function logWeaknesses({ id, weaknesses = [] }: Described): void {
  if (named.has(id)) return
  named.add(id)
  const weak = weaknesses.filter((one) => !COMMON.test(one))
  if (weak.length > 0) console.warn(`countersign: ${id} leaves open: ${weak.join(', ')}`)
}
