import { CountersignError } from '../../errors.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import type { Resolve } from './derived.js'

/** A component that is ready to be resolved. */
export interface Component {
  readonly name: string
  /** The identifier as it stands in the signature base, parameters in their wire order. */
  readonly id: string
  /**
   * The last short value seen and its finished line of the base: most components of one client rarely change. Fields that
   * carry credentials have none.
   */
  readonly memo: { value: string | undefined; line: string } | undefined
  /** The same with sorted parameters: two identifiers that differ only in order are the same component. */
  readonly canonical: string
  /** The value of the base line. Throws `COMPONENT_MISSING` or `MESSAGE_MALFORMED`. */
  readonly resolve: Resolve
}

/** What a signer may name: a plain name, or a component with parameters that was made with `component()`. */
export type ComponentInit = string | Component

/** The refusal of a component, the same for one that a signer names and one that a message claims. */
export const badComponent = (text: string): CountersignError => new CountersignError('AUTH_MALFORMED', text)

/** The refusal of a field that is covered and not there. */
export const absentField = (name: string): CountersignError =>
  new CountersignError('COMPONENT_MISSING', `covered field "${name}" is absent`)

/** A component of a name that is known to be sound and to carry no credentials. */
export const knownComponent = (name: string, resolve: Resolve, flags = ''): Component => ({
  name,
  id: `"${name}"${flags}`,
  memo: { value: undefined, line: '' },
  canonical: name + flags,
  resolve,
})

const CREDENTIALS = /^(?:proxy-)?authorization$|cookie/

/** Room for the last value, where keeping it is harmless. */
export const memoFor = (name: string): Component['memo'] =>
  CREDENTIALS.test(name) ? undefined : { value: undefined, line: '' }

/** Resolves in the request of a response; `req` has no meaning anywhere else. */
export const fromRequest =
  (resolve: Resolve): Resolve =>
  (message: HttpMessage) => {
    if (isRequest(message)) throw badComponent('component parameter "req" in a request')
    if (message.request === undefined) {
      throw new CountersignError('COMPONENT_MISSING', 'the request of this response is unknown')
    }
    return resolve(message.request)
  }
