/** Why a signature does not verify: `countersign/doctor`. */
export type { Capture, CaptureFormat, Refusal, Unread } from './capture.js'
export { diagnose } from './diagnose.js'
export type { Certainty, DiagnosedLine, DiagnoseOptions, Diagnosis, Finding, SignatureVerdict } from './diagnosis.js'
export { type LoopbackOnlyOptions, loopbackOnly } from './loopback-only.js'
export { schemeIds } from './options.js'
export { readCapture } from './read-capture.js'
export { renderDiagnosis } from './render.js'
