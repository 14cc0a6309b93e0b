/** Schemes that were named already. Their ids are written in programs, so there are few; a bound all the same. */
const named = new Set<string>()
const MOST = 256

/** What may have weaknesses: a scheme, or the webhooks of one sender. */
interface Described {
  readonly id: string
  readonly weaknesses?: readonly string[] | undefined
}

type EmitWarning = (text: string, options: { type: string; code: string }) => void

/**
 * Writes what a scheme leaves open into the log of the process, once: on Node as a warning of its own kind, which
 * `process.on('warning')` receives and `--disable-warning=WEAK_SCHEME` leaves out, elsewhere to the console. The words are those of
 * `WEAKNESSES`, whose sentences no verifier has to carry.
 *
 * @see {@link https://nodejs.org/api/process.html#processemitwarningwarning-options | Node.js: process.emitWarning}
 */
export function logWeaknesses({ id, weaknesses = [] }: Described): void {
  if (weaknesses.length === 0 || named.has(id) || named.size >= MOST) return
  named.add(id)
  const text = `countersign: the scheme "${id}" leaves open: ${weaknesses.join(', ')}`
  const host = (globalThis as { readonly process?: { readonly emitWarning?: EmitWarning } }).process
  if (typeof host?.emitWarning === 'function')
    host.emitWarning(text, { type: 'CountersignWarning', code: 'WEAK_SCHEME' })
  else console.warn(text)
}
