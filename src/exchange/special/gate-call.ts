import { writeJson } from '../../message/values.js'
import { argumentOf } from '../spec/arguments.js'
import type { Draft } from '../spec/draft.js'

/** Spot WebSocket v4, "WebSocket API": what is signed of the parameters is their JSON, nothing where there are none. */
export function gateCall(draft: Draft): string {
  const { reqParam } = draft.options
  const text = reqParam === undefined ? '' : writeJson(reqParam)
  return ['api', argumentOf(draft, 'channel'), text, draft.time].join('\n')
}
