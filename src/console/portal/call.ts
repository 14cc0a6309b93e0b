import type { Input } from '../../keyring/api/call.js'
import type { Caller } from '../../keyring/api/caller.js'
import type { ObjectSchema } from '../../keyring/api/schema.js'
import type { Keyring } from '../../keyring/keyring-options.js'
import type { Environment } from '../../keyring/record/key-record.js'
import type { KeyInfo } from '../../keyring/record/key-view.js'
import type { CsrfTokens } from './csrf.js'
import type { Session } from './login.js'
import type { PortalSettings } from './options.js'
import type { PortalKind } from './rate.js'
import type { Trail } from './trail.js'

/** What the routes of a portal have in common. */
export interface Portal {
  readonly settings: PortalSettings
  readonly csrf: CsrfTokens
  readonly trail: Trail
  /** Owners of keys that were looked at, by id. */
  readonly owners: Map<string, string>
}

/** Everything that a query or body of the portal can hold besides what the keyring's API takes. */
export interface PortalInput extends Input {
  readonly environment?: Environment
  readonly ids?: string
  readonly days?: number
  readonly before?: string
  readonly keyId?: string
  readonly event?: string
  /** A pasted request. */
  readonly text?: string
  readonly language?: string
}

/** One request, after everything that is the same for all has been checked. */
export interface PortalCall {
  readonly portal: Portal
  readonly login: Session
  readonly caller: Caller
  readonly input: PortalInput
  /** The keyring that the path or `environment` means. */
  readonly keyring: Keyring
  /** Of the path; present where it names a key, which the session may see. */
  readonly key: KeyInfo
  readonly clientIp: string | undefined
}

/** One row: it is routed by this and checked by this. */
export interface PortalRoute {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below `/api`. */
  readonly path: string
  readonly kind: PortalKind
  /** For administrators alone. */
  readonly admin?: true
  readonly query?: ObjectSchema
  readonly body?: ObjectSchema
  readonly status: 200 | 201
  run(call: PortalCall): Promise<object>
}
