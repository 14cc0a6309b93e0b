/**
 * CPU time of this process, in milliseconds. For what must not take long by itself: on a busy machine the clock on the
 * wall measures the neighbours.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
