import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { KeyRow, KeyRowPage, PortalSession } from '../../contract.js'
import type { Wire } from '../wire.js'

/** The keys of this session, as they arrive. */
export interface Keys {
  readonly rows: ReadonlyMap<string, KeyRow>
  readonly isComplete: boolean
  readonly error: unknown
  reload(): void
  put(...rows: readonly KeyRow[]): void
}

/** The first page is on the screen while the others are still fetched; the rest comes in pages of a thousand. */
const FIRST = 100
const PAGE = 1_000

export function useKeys(wire: Wire, session: PortalSession | undefined, owner: string | undefined): Keys {
  const [state, setState] = useState<Omit<Keys, 'reload' | 'put'>>({
    rows: new Map(),
    isComplete: false,
    error: undefined,
  })
  const [turn, setTurn] = useState(0)
  const rows = useRef(new Map<string, KeyRow>())
  // a turn is a wish to load again
  useEffect(() => {
    if (session === undefined) return
    let current = true
    const load = async (): Promise<void> => {
      const found = new Map<string, KeyRow>()
      for (const environment of session.environments) {
        let after: string | undefined
        do {
          const limit = found.size === 0 ? FIRST : PAGE
          const page: KeyRowPage = await wire.get('keys', { environment, owner, after, limit })
          if (!current) return
          for (const row of page.keys) found.set(row.id, row)
          after = page.next
          rows.current = found
          setState({ rows: new Map(found), isComplete: false, error: undefined })
        } while (after !== undefined)
      }
      setState({ rows: new Map(found), isComplete: true, error: undefined })
    }
    load().catch((error: unknown) => current && setState((before) => ({ ...before, isComplete: true, error })))
    return () => {
      current = false
    }
  }, [wire, session, owner, turn])
  const put = useCallback((...changed: readonly KeyRow[]) => {
    for (const row of changed) rows.current.set(row.id, row)
    setState((before) => ({ ...before, rows: new Map(rows.current) }))
  }, [])
  return { ...state, put, reload: () => setTurn((before) => before + 1) }
}
