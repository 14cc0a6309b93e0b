/** Schemes that were named already. Their ids are written in programs, not in requests, so there are few. */
const named = new Set<string>()

/** What may have weaknesses: a scheme, or the webhooks of one sender. */
interface Described {
  readonly id: string
  readonly weaknesses?: readonly string[]
}

interface Host {
  readonly process?: { readonly emitWarning?: (text: string, type: string) => void }
}

/** Every `no-…` besides body, separator and time: what most senders leave out, and only the pages have. */
const COMMON = /^no-[^bst]/

/**
 * Writes what a weak scheme leaves open into the log of the process, once: on Node as a warning of its own kind, which
 * `process.on('warning')` receives and `--disable-warning=CountersignWarning` leaves out, elsewhere to the console. The words are those
 * of `WEAKNESSES`, whose sentences no verifier has to carry.
 *
 * @see {@link https://nodejs.org/api/process.html#processemitwarningwarning-type-code-ctor | Node.js: process.emitWarning}
 */
export function logWeaknesses({ id, weaknesses = [] }: Described): void {
  if (named.has(id)) return
  named.add(id)
  const weak = weaknesses.filter((one) => !COMMON.test(one))
  const warn = (globalThis as Host).process?.emitWarning ?? console.warn
  if (weak.length > 0) warn(`countersign: ${id} leaves open: ${weak.join(', ')}`, 'CountersignWarning')
}
