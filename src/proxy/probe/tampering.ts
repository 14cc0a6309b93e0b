import type { HttpRequest } from '../../message/message.js'
import type { Kit, Try } from './attack.js'
import { type Base, bytesOf, type Tampering, without } from './craft.js'

export type Tampered = readonly [name: string, tampering: Tampering]

/** One honest request, tampered with in several ways; each must be refused. */
export async function tampered(
  { craft }: Kit,
  all: (request: HttpRequest) => ReadonlyArray<Tampered | undefined>,
): Promise<readonly Try[]> {
  const request = await craft()
  return all(request)
    .filter((one) => one !== undefined)
    .map(([name, tampering]) => ({ name, sent: [bytesOf(request, tampering)] }))
}

export const pathOf = (target: string): string => target.split('?', 1)[0] as string
export const queryOf = (target: string): string => target.slice(pathOf(target).length)
/** Another path, with the query as it was. */
export const path =
  (change: (path: string) => string) =>
  ({ target }: HttpRequest): string =>
    change(pathOf(target)) + queryOf(target)

export const added = (...lines: readonly string[]): Tampering => ({ lines })
/** The fields with another value of one. */
export const valued =
  (name: string, change: (value: string) => string) =>
  (fields: readonly string[]): readonly string[] =>
    fields.map((one, at) => (at % 2 === 1 && fields[at - 1]?.toLowerCase() === name ? change(one) : one))
export const removed =
  (name: string) =>
  (fields: readonly string[]): readonly string[] =>
    without(fields, name)

/** The base without one component. */
export const uncovered =
  (id: string) =>
  (base: Base): Base => ({ ...base, lines: base.lines.filter(([one]) => one !== id) })
