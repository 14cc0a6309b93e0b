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

/**
 * Writes what a scheme leaves open into the log of the process, once: on Node as a warning of its own kind, which
 * `process.on('warning')` receives and `--disable-warning=CountersignWarning` leaves out, elsewhere to the console. The words are those of
 * `WEAKNESSES`, whose sentences no verifier has to carry.
 *
 * @see {@link https://nodejs.org/api/process.html#processemitwarningwarning-type-code-ctor | Node.js: process.emitWarning}
 */
export function logWeaknesses({ id, weaknesses }: Described): void {
  if (!weaknesses?.length || named.has(id)) return
  named.add(id)
  const warn = (globalThis as Host).process?.emitWarning ?? console.warn
  warn(`countersign: ${id} leaves open: ${weaknesses.join(', ')}`, 'CountersignWarning')
}
