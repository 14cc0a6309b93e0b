/** Spans, metrics and log lines of verdicts: `countersign/telemetry`. */

export {
  type InstrumentOptions,
  instrumentVerifier,
  type TelemetryMeter,
  type TelemetrySpan,
  type TelemetryTracer,
} from './open-telemetry.js'
export { type LoggedVerdict, verdictSerializer } from './verdict-serializer.js'
