/** Milliseconds since the epoch, where no clock was given. */
export const now = (): number => Date.now()
