/** A round number at or above the most: 1, 2 or 5 times a power of ten. */
export function roundUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  return (([1, 2, 5, 10] as const).find((one) => one * power >= most) ?? 10) * power
}

/** Where lines go, as shares of the top: half of five requests is no number of requests, so it has no line. */
export const gridOf = (top: number): readonly number[] => (top % 2 === 0 ? [0, 0.5, 1] : [0, 1])
