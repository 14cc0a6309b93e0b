import { usage } from './usage.js'

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_048_576, g: 1_073_741_824 }

/** `16m`, or a number of bytes. */
export function bytesOf(option: string, text: string): number {
  const found = /^(\d{1,10})([kmg]?)$/i.exec(text)
  return found === null
    ? usage(`${option} must be a size such as 16m`)
    : Number(found[1]) * (UNITS[(found[2] as string).toLowerCase()] as number)
}

/** About how much that is, as it is given. */
export function sizeText(bytes: number): string {
  const [unit, factor] = Object.entries(UNITS).findLast(([, one]) => bytes >= one) ?? ['', 1]
  return `${Math.round(bytes / factor)}${unit}`
}
