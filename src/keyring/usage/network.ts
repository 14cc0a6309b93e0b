const MOST = 64

/** The last 64 networks a key was used from. */
export interface Networks {
  /** False where it was not among them; it is from now on. */
  knows(network: string): boolean
}

/** Most keys live in one network, so a set is made for the second. */
export function networks(first: string): Networks {
  let newest = first
  let all: Set<string> | undefined
  return {
    knows: (network) => {
      if (network === newest) return true
      all ??= new Set([newest])
      const known = all.delete(network)
      all.add(network)
      newest = network
      if (all.size > MOST) all.delete(all.values().next().value as string)
      return known
    },
  }
}
