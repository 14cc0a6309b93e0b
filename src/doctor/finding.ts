import type { Certainty, Finding } from './diagnosis.js'

type Make = (id: string, cause: string, evidence: string, fix: string) => Finding

const of =
  (certainty: Certainty): Make =>
  (id, cause, evidence, fix) => ({ id, certainty, cause, evidence, fix })

/** Tested with the key, or plain from the bytes of the request. */
export const proven: Make = /* @__PURE__ */ of('proven')
/** By the text of an answer, or by a text to sign that the other side shows. */
export const likely: Make = /* @__PURE__ */ of('likely')
/** Worth a look. */
export const possible: Make = /* @__PURE__ */ of('possible')
