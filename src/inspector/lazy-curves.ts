import { loadPart } from './load-part.js'

type Part = Readonly<Record<string, unknown>>

/** Where the script of a part leaves what it exports. */
const GLOBALS = {
  curves: 'countersignCurves',
  readers: 'countersignReaders',
  wallets: 'countersignWallets',
  families: 'countersignFamilies',
} as const
type Name = keyof typeof GLOBALS

function memberOf(part: Name, name: string): object {
  const parts = globalThis as unknown as Record<string, Part | undefined>
  if (parts[GLOBALS[part]] === undefined) loadPart(part)
  return (parts[GLOBALS[part]]?.[name] ?? {}) as object
}

/** An object of a part that is there when it is first asked for anything. */
export const lazyObject = (part: Name, name: string): object =>
  new Proxy(
    {},
    {
      get: (_target, member) => Reflect.get(memberOf(part, name), member),
      has: (_target, member) => Reflect.has(memberOf(part, name), member),
      ownKeys: () => Reflect.ownKeys(memberOf(part, name)),
      getOwnPropertyDescriptor: (_target, member) => {
        const found = Reflect.getOwnPropertyDescriptor(memberOf(part, name), member)
        return found && { ...found, configurable: true }
      },
    },
  )

/** A curve that is there when one of its members is first asked for. */
export const lazyCurve = (name: string): object => lazyObject('curves', name)

/** A function of a part, with its members. */
export const lazyFunction = (name: string, part: Name = 'curves'): object =>
  new Proxy(() => undefined, {
    apply: (_target, _self, args: unknown[]) =>
      (memberOf(part, name) as unknown as (...args: unknown[]) => unknown)(...args),
    get: (_target, member) => Reflect.get(memberOf(part, name), member),
  })
