import { nice, ticks } from 'd3-array'

const LINES = 4

/** The axis of counts up to a number: its round top, and where lines go. Half a request is none, so it has no line. */
export function axisOf(most: number): { readonly top: number; readonly lines: readonly number[] } {
  const [, top] = nice(0, Math.max(1, most), LINES)
  return { top, lines: ticks(0, top, LINES).filter(Number.isInteger) }
}

/** Which of so many places have a label where there is room for some: the first, the last, and those evenly between. */
export function labelled(count: number, room: number): readonly number[] {
  const steps = Math.min(room, count) - 1
  return steps < 1 ? [0] : Array.from({ length: steps + 1 }, (_, i) => Math.round((i * (count - 1)) / steps))
}
