/** The few things asked of a Node-like host. Not imported: this file also runs where no such module exists. */
interface Host {
  readonly process?: {
    readonly versions?: { readonly node?: unknown }
    getBuiltinModule?(id: string): unknown
  }
}

/**
 * True in a worker of Node's `cluster` (which PM2's cluster mode uses as well). The environment variable that marks workers
 * is gone by the time user code runs, so the loaded module is asked; it exists from Node 20.16 on, and elsewhere the answer
 * is `false`.
 */
export function isClusterWorker(): boolean {
  const host = (globalThis as unknown as Host).process
  // Next's edge runtime shows every function of Node's process, and each throws when it is called; a version it shows not.
  if (typeof host?.versions?.node !== 'string') return false
  const cluster = host.getBuiltinModule?.('node:cluster') as { readonly isWorker?: unknown } | undefined
  return cluster?.isWorker === true
}
