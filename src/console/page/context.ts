import { type Context, createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { KeyRow, PortalSession } from '../contract.js'
import type { View } from './route.js'
import type { Say } from './text/text.js'
import type { Wire } from './wire.js'

/** What every part of the page needs. */
export interface Page {
  readonly wire: Wire
  readonly session: PortalSession
  /** Texts and formats of the chosen language. */
  readonly say: Say
  /** The server's time: a countdown must not follow a wrong clock. */
  readonly now: () => number
  readonly go: (view: View) => void
  /** One line for the screen and for a screen reader. */
  readonly announce: (text: string) => void
  /** A row that changed, for the list. */
  readonly put: (...rows: readonly KeyRow[]) => void
}

export const PageContext: Context<Page | undefined> = createContext<Page | undefined>(undefined)

export function usePage(): Page {
  const page = useContext(PageContext)
  if (page === undefined) throw new Error('outside of the page')
  return page
}

/** The server's time, read again every so often. */
export function useNow(everyMs: number): number {
  const { now } = usePage()
  const [value, setValue] = useState(now)
  useEffect(() => {
    const timer = setInterval(() => setValue(now()), everyMs)
    return () => clearInterval(timer)
  }, [now, everyMs])
  return value
}
