/** Upper bounds of the histogram, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** What a gate counts. Labels come from closed lists: nothing of a client's becomes one. */
export interface Metrics {
  begin(): void
  end(code: string, status: number, durationMs: number): void
  /** The text format of Prometheus, version 0.0.4. */
  text(facts: { readonly draining: boolean }): string
}

export function gateMetrics(): Metrics {
  const requests = new Map<string, number>()
  const buckets = new Array<number>(BUCKETS.length).fill(0)
  let [inFlight, count, sum] = [0, 0, 0]
  return {
    begin: () => {
      inFlight++
    },
    end: (code, status, durationMs) => {
      inFlight--
      const labels = `code="${code}",status="${status === 0 ? 'none' : `${Math.floor(status / 100)}xx`}"`
      requests.set(labels, (requests.get(labels) ?? 0) + 1)
      const seconds = durationMs / 1_000
      count++
      sum += seconds
      for (const [at, bound] of BUCKETS.entries()) if (seconds <= bound) buckets[at] = (buckets[at] as number) + 1
    },
    text: ({ draining }) => {
      const name = 'countersign_gate'
      const lines = [
        `# HELP ${name}_requests_total Requests by verdict ("ok", or the code of a refusal or failure) and class of status.`,
        `# TYPE ${name}_requests_total counter`,
        ...[...requests].map(([labels, value]) => `${name}_requests_total{${labels}} ${value}`),
        `# HELP ${name}_request_duration_seconds Time from the head of a request to the end of its answer.`,
        `# TYPE ${name}_request_duration_seconds histogram`,
        ...BUCKETS.map((bound, at) => `${name}_request_duration_seconds_bucket{le="${bound}"} ${buckets[at]}`),
        `${name}_request_duration_seconds_bucket{le="+Inf"} ${count}`,
        `${name}_request_duration_seconds_sum ${sum}`,
        `${name}_request_duration_seconds_count ${count}`,
        `# HELP ${name}_in_flight Requests that have begun and not ended.`,
        `# TYPE ${name}_in_flight gauge`,
        `${name}_in_flight ${inFlight}`,
        `# HELP ${name}_draining 1 while the gate takes no new connections.`,
        `# TYPE ${name}_draining gauge`,
        `${name}_draining ${draining ? 1 : 0}`,
        '# HELP process_resident_memory_bytes Resident memory size in bytes.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      ]
      return `${lines.join('\n')}\n`
    },
  }
}
