// The first word of an error reply is its kind. Only these are shown: the rest of the line may quote keys.
const KINDS: ReadonlySet<string> = new Set([
  ...['OOM', 'READONLY', 'NOREPLICAS', 'MISCONF', 'LOADING', 'MASTERDOWN', 'BUSY', 'NOAUTH', 'NOPERM', 'WRONGPASS'],
  ...['CLUSTERDOWN', 'TRYAGAIN', 'MOVED', 'ASK', 'WRONGTYPE', 'EXECABORT', 'UNBLOCKED', 'ERR'],
])

/**
 * The kind of an error reply; `undefined` for anything that is not a reply of the server, such as a lost connection.
 * Recognised by its text: the clients' classes differ, and there may be two copies of them.
 */
export function redisRefusal(error: unknown): string | undefined {
  const message: unknown = (error as Error | null | undefined)?.message
  const word = typeof message === 'string' ? /^-?([A-Z]{3,16})(?: |$)/.exec(message)?.[1] : undefined
  return word !== undefined && KINDS.has(word) ? word : undefined
}
