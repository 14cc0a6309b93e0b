import type { Coverage } from '../scheme.js'
import type { Component } from './component.js'

/** What a component covers besides or instead of its own name (RFC 9421 2.2.2, 2.2.5). Derived ones are all in here. */
const COVERAGE: Readonly<Record<string, readonly Coverage[]>> = {
  __proto__: null as never,
  '@method': ['method'],
  '@scheme': ['scheme'],
  '@authority': ['authority'],
  '@path': ['path'],
  '@query': ['query'],
  '@status': ['status'],
  '@target-uri': ['scheme', 'authority', 'path', 'query'],
  '@request-target': ['path', 'query'],
  'content-digest': ['body', 'field:content-digest'],
}

/** Everything a list of components covers, in the words of a policy. */
export function coverageOfAll(components: readonly Component[]): ReadonlySet<Coverage> {
  const out = new Set<Coverage>()
  for (const { name, canonical } of components) {
    // A variant with other parameters covers only a part (;key), or something else.
    if (canonical === name) for (const fact of COVERAGE[name] ?? [`field:${name}` as const]) out.add(fact)
    else if (canonical === `${name};req`) out.add(`request:${name}`)
    else {
      // One member of a dictionary, however it is serialised: strictly or not, its value is the same.
      const part = /^([^@;][^;]*|@query-param);(key|name)=("[^"\\\\]*")(?:;sf)?$/.exec(canonical)
      if (part?.[2] === 'key') out.add(`field:${name};key=${part[3]}`)
      else if (part?.[2] === 'name') out.add(`query-param:${part[3]?.slice(1, -1)}`)
    }
  }
  return out
}
