import { expect, test } from 'vitest'
import { isCountersignError } from '../../../src/errors.js'
import { entryPoints } from '../../../tools/lib/package-map.mjs'
import { ROOMS } from '../../contract/options/rooms.js'

/** Every function that a subpath exports, with all names it goes by. */
async function exportedFunctions(): Promise<ReadonlyMap<unknown, readonly string[]>> {
  const names = new Map<unknown, string[]>()
  for (const { specifier } of entryPoints()) {
    const exported = (await import(/* @vite-ignore */ specifier)) as Readonly<Record<string, unknown>>
    // Also those of a namespace, such as timestamp.expiresIn.
    const members = Object.entries(exported).flatMap(([name, value]) =>
      Object.prototype.toString.call(value) === '[object Module]'
        ? Object.entries(value as object).map(([inner, one]) => [`${name}.${inner}`, one] as const)
        : [[name, value] as const],
    )
    for (const [name, value] of members) {
      if (typeof value !== 'function') continue
      names.set(value, [...(names.get(value) ?? []), `${specifier}#${name}`])
    }
  }
  return names
}

const isExchange = (value: unknown): value is (options: object) => unknown =>
  typeof value === 'function' && 'environments' in value

test('every exchange refuses a misspelt option by name', { timeout: 120_000 }, async () => {
  const exchanges = [...(await exportedFunctions()).keys()].filter(isExchange)
  expect(exchanges.length).toBeGreaterThan(50)
  for (const exchange of exchanges) {
    expect(() => exchange({ varaint: 'x' })).toThrow(/unknown option "varaint"/)
    expect(() => exchange({ apiKey: 'key', secret: 'secret', recvwindoww: 5_000 })).toThrow(/"recvwindoww"/)
  }
})

test('every exported function is held to its options, or is known to take none', { timeout: 120_000 }, async () => {
  const listed = new Set(
    Object.values(ROOMS).flatMap(({ rows, without }) => [...rows.map(({ name }) => name), ...Object.keys(without)]),
  )
  const functions = await exportedFunctions()
  const missing = [...functions.entries()]
    .filter(([value, names]) => !isExchange(value) && !names.some((name) => listed.has(name)))
    .map(([, names]) => names)
  expect(missing.map((names) => names[0]).sort()).toEqual([])
  // A row for a function that is gone holds nothing. Rows of methods and variants name what they belong to first.
  const known = new Set([...functions.values()].flat())
  const owners = (name: string): readonly string[] =>
    [/^[^#]+#\w+\.\w+/, /^[^#]+#\w+/].map((pattern) => pattern.exec(name)?.[0] ?? name)
  expect([...listed].filter((name) => !owners(name).some((owner) => known.has(owner)))).toEqual([])
})

const isClass = (value: unknown): boolean => /^class\b/.test(String(value))

test('every function that was called without its options names what it needs', { timeout: 120_000 }, async () => {
  const listed = new Set(Object.values(ROOMS).flatMap(({ rows }) => rows.map(({ name }) => name)))
  const wrong: string[] = []
  let needing = 0
  for (const [called, names] of await exportedFunctions()) {
    if (isClass(called) || !(isExchange(called) || names.some((name) => listed.has(name)))) continue
    let error: unknown
    try {
      await (called as () => unknown)()
    } catch (thrown) {
      error = thrown
    }
    if (error === undefined) continue
    const text = isCountersignError(error) ? error.message : String(error)
    if (/ needs options: \{ \w+(, \w+)* \}, got nothing$/.test(text)) needing++
    // Of several arguments the first one is named.
    else if (
      !isCountersignError(error) ||
      !/must be|must name|must be given|needs a |must have a string/.test(text) ||
      /got null/.test(text)
    )
      wrong.push(`${names[0]}: ${text}`)
  }
  expect(wrong).toEqual([])
  expect(needing).toBeGreaterThan(150)
})

/** What a caller without types may pass by mistake; one argument list each. */
const MISTAKES: ReadonlyArray<readonly unknown[]> = [
  [],
  [undefined],
  [null],
  [42],
  ['x'],
  [{}],
  [[]],
  [() => {}],
  [Symbol('s')],
  [1n],
  [{}, null],
  [{}, 42],
  [{}, { zzz: 1 }],
  // Has no text.
  [{}, Object.create(null)],
]

// Parts of which schemes, middleware and exchanges are built: what they are given has been read by a function that checks it.
const BUILT_UPON = new Set([
  'countersign#isRequest',
  'countersign#toFetchRequest',
  'countersign#toFetchResponse',
  'countersign#exportPublicKey',
  'countersign/rfc9421#parseAcceptSignature',
  'countersign/rfc9421#parseSignatureError',
  'countersign/server#assertIpRules',
  'countersign/server#refusalResponse',
  'countersign/server#signatureErrors',
  'countersign/server/express#keepRawBody',
])

test('every exported function refuses what it cannot take by an error with a code', { timeout: 120_000 }, async () => {
  const wrong = new Set<string>()
  for (const [called, [name = '']] of await exportedFunctions()) {
    if (isClass(called) || /^countersign\/(?:message|scheme|exchange)#/.test(name) || BUILT_UPON.has(name)) continue
    for (const given of MISTAKES)
      try {
        await (called as (...all: readonly unknown[]) => unknown)(...given)
      } catch (error) {
        if (!isCountersignError(error)) wrong.add(`${name}, mistake ${MISTAKES.indexOf(given)}: ${error}`)
      }
  }
  expect([...wrong]).toEqual([])
})
