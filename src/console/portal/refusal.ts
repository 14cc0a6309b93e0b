import type { ErrorCode } from '../../errors.js'

/** Refusals that only the portal makes, besides the codes of the package. */
export type PortalCode =
  | 'SESSION_REQUIRED'
  | 'CSRF'
  | 'REASON_REQUIRED'
  | 'LIFE_TOO_LONG'
  | 'ADDRESSES_REQUIRED'
  | 'NOT_ADMINISTRATOR'

/** An answer that ends a request. */
export class Refusal extends Error {
  readonly status: number
  readonly code: PortalCode | ErrorCode | undefined
  readonly retryAfterMs: number | undefined

  constructor(status: number, code?: PortalCode | ErrorCode, detail = '', retryAfterMs?: number) {
    super(detail)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Ends the request with a status. */
export function refuse(status: number, code?: PortalCode | ErrorCode, detail?: string, retryAfterMs?: number): never {
  throw new Refusal(status, code, detail, retryAfterMs)
}
