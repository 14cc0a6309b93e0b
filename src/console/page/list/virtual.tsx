import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Rows above and below what is in sight, so that a flick of the wheel finds them there. */
const SPARE = 6

/**
 * The rows in sight of a long list. All rows have one height, which the style states by `--row`: the page then never measures a
 * row, and ten thousand cost what thirty do.
 */
export function VirtualRows({
  count,
  label,
  columns,
  head,
  row,
  onWindow,
}: {
  readonly count: number
  readonly label: string
  readonly columns: number
  readonly head: ComponentChildren
  readonly row: (at: number) => ComponentChildren
  readonly onWindow: (first: number, last: number) => void
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 720, rowHeight: 64 })
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = (): void => {
      const rowHeight = Number.parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 64
      setView({ top: element.scrollTop, height: element.clientHeight, rowHeight })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])
  const { top, height, rowHeight } = view
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - SPARE, count - 1))
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE)
  useLayoutEffect(() => onWindow(first, last), [first, last, onWindow])
  return (
    <div
      class="rows"
      ref={box}
      role="table"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns}
      // Reached by the keyboard, as it scrolls.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be focusable
      tabIndex={0}
    >
      <div role="rowgroup" class="head">
        {head}
      </div>
      <div role="rowgroup" class="body" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, at) => row(first + at))}
      </div>
    </div>
  )
}
