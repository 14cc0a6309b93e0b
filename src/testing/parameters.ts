/** What a request asks for, in the three places where it may stand. */
export interface Parameters {
  readonly query: Readonly<Record<string, unknown>>
  readonly form: Readonly<Record<string, unknown>>
  /** `undefined` where the body is no JSON. */
  readonly json: unknown
}

/** Pairs by name; a repeated name is a list. */
function pairsOf(text: string): Record<string, unknown> {
  const out = Object.create(null) as Record<string, unknown>
  for (const [name, value] of new URLSearchParams(text)) {
    const had = out[name]
    out[name] = had === undefined ? value : Array.isArray(had) ? [...had, value] : [had, value]
  }
  return out
}

/** Takes query and body apart, for people: nothing that is verified is read from here. */
export function parametersOf(query: string, body: string): Parameters {
  const isJson = /^\s*[{["]/.test(body)
  return { query: pairsOf(query), form: isJson ? {} : pairsOf(body), json: isJson ? jsonOf(body) : undefined }
}

/** The value of JSON text; `undefined` for other text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An object without some of its members, `*.name` being one of any member; anything else as it is. */
export function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const inside = new Set([...names].flatMap((name) => (name.startsWith('*.') ? name.slice(2) : [])))
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) =>
      names.has(name) ? [] : [[name, inside.size === 0 ? one : without(one, inside)]],
    ),
  )
}
