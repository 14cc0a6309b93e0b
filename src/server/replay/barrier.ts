/** Longest sleep: a clock may be set meanwhile, and timers are not exact. */
const NAP_MS = 1_000

/**
 * Waits until what is signed now is past a barrier. Signed times are often whole seconds, cut off: so until a whole second
 * after the barrier has begun.
 *
 * @param leftMs How long it is until the barrier; negative once it is behind.
 */
export async function barrierPassed(leftMs: () => number | Promise<number>): Promise<void> {
  for (;;) {
    const waitMs = (await leftMs()) + WHOLE_SECOND_MS
    if (!(waitMs > 0)) return
    await new Promise((wake) => setTimeout(wake, Math.min(waitMs, NAP_MS)))
  }
}

/** How far a time in whole seconds may lag behind. */
export const WHOLE_SECOND_MS = 1_000
