import type { VerdictCode } from '../../../../src/errors.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import { editField, FOUR, withFields } from '../../../attacks/forge.js'
import { post, type Signed, WITH_BODY } from './verify.js'

export interface Case extends Signed {
  readonly nowMs?: number
  /** Sent and accepted before. */
  readonly before?: Signed
  /** What becomes of the request after it was signed. */
  readonly afterwards?: (request: HttpRequest) => HttpRequest
}

export type Row = readonly [code: VerdictCode, name: string, one: Case]
type Change = (request: HttpRequest) => HttpRequest
type Edit = (value: string) => string

export const input =
  (edit: Edit): Change =>
  (request) =>
    editField(request, 'signature-input', edit)
export const signature =
  (edit: Edit): Change =>
  (request) =>
    editField(request, 'signature', edit)
export const sent =
  (change: Partial<HttpRequest>): Change =>
  (request) => ({ ...request, ...change })
export const line =
  (name: string, value: string): Change =>
  (request) =>
    withFields(request, name, value)
export const fields = (...lines: readonly string[]): Signed => ({ request: { fields: lines } })
export const covering = (...more: readonly string[]): Signed => ({ covered: [...FOUR, ...more] })
export const created = (text: string): Signed => ({ created: `;created=${text}` })
export const nonce = (text: string): Signed => ({ nonce: `;nonce=${text}` })
export const withBody = (body: string, digest?: string): Signed => ({ request: post(body, digest), covered: WITH_BODY })
