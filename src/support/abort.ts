/** Whatever can abort work: a signal, or nothing. */
export type Signal = AbortSignal | null | undefined

/** The work's result, unless the signal comes first: then its reason, as `fetch` rejects. Nobody waits for the work any more. */
export function until<T>(signal: Signal, work: Promise<T>): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    const done = (): void => signal.removeEventListener('abort', stop)
    void work.then(resolve, reject).then(done)
  })
}

/** Waits, unless the signal comes first. */
export function pause(milliseconds: number, signal: Signal): Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  const wait = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  return until(signal, wait).finally(() => clearTimeout(timer))
}
