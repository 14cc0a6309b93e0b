import { loadPart } from './load-part.js'

type Curves = Readonly<Record<string, Readonly<Record<PropertyKey, unknown>>>>

function curves(): Curves {
  const parts = globalThis as { countersignCurves?: Curves }
  if (parts.countersignCurves === undefined) loadPart('curves')
  return parts.countersignCurves ?? {}
}

/** A curve that is there when one of its members is first asked for. */
export const lazyCurve = (name: string): object => new Proxy({}, { get: (_target, member) => curves()[name]?.[member] })

/** A function that lies beside the curves, with its members. */
export const lazyFunction = (name: string): object =>
  new Proxy(() => undefined, {
    apply: (_target, _self, args: unknown[]) => (curves()[name] as unknown as (...args: unknown[]) => unknown)(...args),
    get: (_target, member) => curves()[name]?.[member],
  })
