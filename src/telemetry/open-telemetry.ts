import { assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { Verifier } from '../server/options.js'
import type { Verdict } from '../server/verdict.js'
import { ignoreErrors } from '../support/ignore-errors.js'

type Attributes = Record<string, string | number | boolean>

/** The part of a span of `@opentelemetry/api` that is used. */
export interface TelemetrySpan {
  /** Adds facts. */
  setAttributes(attributes: Attributes): unknown
  /** Says whether it went well. */
  setStatus(status: { code: number }): unknown
  /** Ends the span. */
  end(): unknown
}

/** The part of a tracer that is used: `trace.getTracer('countersign')`. */
export interface TelemetryTracer {
  /** Begins a span. */
  startSpan(name: string, options?: { kind?: number; attributes?: Attributes }): TelemetrySpan
}

/** The part of a meter that is used: `metrics.getMeter('countersign')`. */
export interface TelemetryMeter {
  /** Makes an instrument for durations. */
  createHistogram(
    name: string,
    options?: { description?: string; unit?: string; advice?: { explicitBucketBoundaries?: number[] } },
  ): { record(value: number, attributes?: Attributes): unknown }
  /** Makes an instrument that counts. */
  createCounter(
    name: string,
    options?: { description?: string; unit?: string },
  ): { add(value: number, attributes?: Attributes): unknown }
}

/** Options of {@link instrumentVerifier}. */
export interface InstrumentOptions {
  /** Makes a span of every verification. Default: none. */
  readonly tracer?: TelemetryTracer
  /** Counts verdicts, and measures how long they take. Default: neither. */
  readonly meter?: TelemetryMeter
}

const KNOWN: OptionNames<InstrumentOptions> = { tracer: 1, meter: 1 }
const HINTS = { trace: 'tracer', metrics: 'meter', metric: 'meter' }

// OpenTelemetry, HTTP attributes: any other method is one value, so that clients cannot make time series.
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'])
// A verification takes less than the requests that the usual boundaries are made for.
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
const INTERNAL = 0
const ERROR = 2

/**
 * The same verifier, with a span and metrics of every verdict by the semantic conventions of OpenTelemetry. Verdicts are the same with
 * and without it, also where telemetry fails. Give it to the middleware in place of the verifier.
 *
 * A span `countersign.verify` has `http.request.method`, `countersign.verdict`, and of an accepted request `countersign.scheme`,
 * `countersign.key.id` and `countersign.algorithm`; of a refused one `error.type`, which is the code, and
 * `http.response.status_code`. Its status is an error where the request could not be judged (5xx). The metrics are the histogram
 * `countersign.verify.duration` in seconds and the counter `countersign.verdicts`, by method, verdict and code alone. No key id that
 * is only claimed, no path, no address and no value of a header is in either.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options, for neither of the two, and for what is no verifier.
 * @see {@link https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ | OpenTelemetry, HTTP metrics}
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { instrumentVerifier, type TelemetryMeter, type TelemetryTracer } from 'countersign/telemetry'
 *
 * // import { metrics, trace } from '@opentelemetry/api'
 * // observed(verifier, trace.getTracer('countersign'), metrics.getMeter('countersign'))
 * export const observed = (verifier: Verifier, tracer: TelemetryTracer, meter: TelemetryMeter) =>
 *   instrumentVerifier(verifier, { tracer, meter })
 * ```
 */
export function instrumentVerifier(verifier: Verifier, options: InstrumentOptions): Verifier {
  if (typeof verifier?.verify !== 'function' || typeof verifier.refuse !== 'function')
    fail('CONFIG_INVALID', `instrumentVerifier: "verifier" must be what createVerifier() made, got ${kindOf(verifier)}`)
  assertOptions('instrumentVerifier', options, KNOWN, HINTS)
  const { tracer, meter } = options
  if (tracer !== undefined && typeof tracer?.startSpan !== 'function')
    fail('CONFIG_INVALID', `"tracer" must be a tracer of OpenTelemetry, got ${kindOf(tracer)}`)
  if (meter !== undefined && typeof meter?.createHistogram !== 'function')
    fail('CONFIG_INVALID', `"meter" must be a meter of OpenTelemetry, got ${kindOf(meter)}`)
  if (tracer === undefined && meter === undefined)
    fail('CONFIG_INVALID', 'instrumentVerifier: needs a "tracer", a "meter", or both: without them nothing is observed')
  const duration = meter?.createHistogram('countersign.verify.duration', {
    description: 'Duration of the verification of a request.',
    unit: 's',
    advice: { explicitBucketBoundaries: SECONDS },
  })
  const verdicts = meter?.createCounter('countersign.verdicts', {
    description: 'Verdicts on requests, also those of routes.',
    unit: '{verdict}',
  })
  return {
    ...verifier,
    verify: async (request, context) => {
      const startMs = performance.now()
      let span: TelemetrySpan | undefined
      ignoreErrors(() => {
        span = tracer?.startSpan('countersign.verify', { kind: INTERNAL, attributes: methodOf(request) })
      })
      try {
        const verdict = await verifier.verify(request, context)
        ignoreErrors(() => {
          const measured = { ...methodOf(request), ...outcomeOf(verdict) }
          duration?.record((performance.now() - startMs) / 1_000, measured)
          verdicts?.add(1, measured)
          span?.setAttributes({ ...outcomeOf(verdict), ...detailsOf(verdict) })
          if (!verdict.ok && verdict.status >= 500) span?.setStatus({ code: ERROR })
        })
        return verdict
      } catch (error) {
        // A mistake of the program: its text may be anything.
        ignoreErrors(() => span?.setStatus({ code: ERROR }))
        throw error
      } finally {
        ignoreErrors(() => span?.end())
      }
    },
    refuse: (request, ...rest) => {
      const refused = verifier.refuse(request, ...rest)
      ignoreErrors(() => verdicts?.add(1, { ...methodOf(request), ...outcomeOf(refused) }))
      return refused
    },
  }
}

const methodOf = (request: HttpRequest): Attributes => {
  const method = String(Object(request).method)
  return { 'http.request.method': METHODS.has(method) ? method : '_OTHER' }
}

/** Closed lists, so that they can be labels of a metric. */
const outcomeOf = (verdict: Verdict): Attributes =>
  verdict.ok
    ? { 'countersign.verdict': 'accepted' }
    : { 'countersign.verdict': 'refused', 'error.type': verdict.code, 'http.response.status_code': verdict.status }

/** What is proven, for a span alone. */
const detailsOf = (verdict: Verdict): Attributes =>
  verdict.ok
    ? {
        'countersign.scheme': verdict.scheme,
        'countersign.key.id': verdict.keyId,
        'countersign.algorithm': verdict.record.key.algorithm,
      }
    : {}
