import { useEffect, useRef, useState } from 'preact/hooks'
import type { Activity, ActivityDay } from '../../contract.js'
import { usePage } from '../context.js'

/** Ids of one request, as the portal takes them. */
const MOST = 100
/** Scrolling is over before anything is asked. */
const PAUSE_MS = 120

/** The last thirty days of the keys in sight. What was asked for once is kept. */
export function useActivity(ids: readonly string[]): ReadonlyMap<string, readonly ActivityDay[]> {
  const { wire, session } = usePage()
  const known = useRef(new Map<string, readonly ActivityDay[]>())
  const [shown, setShown] = useState<ReadonlyMap<string, readonly ActivityDay[]>>(known.current)
  const wanted = ids.join(',')
  useEffect(() => {
    if (!session.features.activity || wanted === '') return
    let current = true
    const timer = setTimeout(() => {
      const missing = wanted.split(',').filter((id) => !known.current.has(id))
      if (missing.length === 0) return
      wire
        .get<Activity>('activity', { ids: missing.slice(0, MOST).join(','), days: 30 })
        .then(({ keys }) => {
          for (const id of missing) known.current.set(id, keys[id]?.days ?? [])
          if (current) setShown(new Map(known.current))
        })
        // A list without its bars is still a list.
        .catch(() => {})
    }, PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [wire, session, wanted])
  return shown
}
