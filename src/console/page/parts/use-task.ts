import { useEffect, useRef, useState } from 'preact/hooks'

/** Something asked of the portal by a press of a button: one at a time, and its fault is shown beside the button. */
export interface Task<A extends readonly unknown[]> {
  readonly pending: boolean
  readonly error: unknown
  run(...all: A): void
  reset(): void
}

export function useTask<A extends readonly unknown[]>(work: (...all: A) => Promise<void>): Task<A> {
  const [state, setState] = useState<{ pending: boolean; error: unknown }>({ pending: false, error: undefined })
  const mounted = useRef(true)
  useEffect(
    () => () => {
      mounted.current = false
    },
    [],
  )
  return {
    ...state,
    run: (...all) => {
      if (state.pending) return
      setState({ pending: true, error: undefined })
      work(...all).then(
        () => mounted.current && setState({ pending: false, error: undefined }),
        (error: unknown) => mounted.current && setState({ pending: false, error }),
      )
    },
    reset: () => setState({ pending: false, error: undefined }),
  }
}

/** What was asked for when a part of the page was shown; asked again when one of `inputs` changes, or with `again`. */
export interface Asked<T> {
  readonly value: T | undefined
  readonly error: unknown
  again(): void
}

export function useAsked<T>(ask: () => Promise<T>, inputs: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<{ value: T | undefined; error: unknown }>({ value: undefined, error: undefined })
  const [turn, setTurn] = useState(0)
  // the caller names what the answer depends on
  useEffect(() => {
    let current = true
    ask().then(
      (value) => current && setState({ value, error: undefined }),
      (error: unknown) => current && setState((before) => ({ ...before, error })),
    )
    return () => {
      current = false
    }
  }, [turn, ...inputs])
  return { ...state, again: () => setTurn((before) => before + 1) }
}
