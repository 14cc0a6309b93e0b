type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Members = ReadonlyArray<readonly [name: string, value: Json]>

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same characters of a value as another kind of value. */
function* otherTypes(value: Json): Iterable<Json> {
  yield [value]
  yield { a: value }
  if (typeof value === 'string') {
    if (/^-?[1-9]\d{0,14}$/.test(value)) yield Number(value)
    if (value.includes(',')) yield value.split(',')
    if (value === 'true') yield true
    yield `${value} `
    try {
      yield JSON.parse(value) as Json
    } catch {
      // Plain text.
    }
    return
  }
  yield String(value)
  yield JSON.stringify(value)
  if (Array.isArray(value)) {
    yield value.join(',')
    yield value.join('')
    yield [...value].reverse()
    if (value.length === 1) yield value[0] as Json
  }
}

function* memberChanges(members: Members): Iterable<readonly [kind: string, value: Json]> {
  // A name that JavaScript would move to the front is not used by any sample.
  const object = (list: Members): Json => Object.fromEntries(list)
  yield ['a member added', object([...members, ['zz', '1']])]
  yield ['order', object(members.toReversed())]
  yield ['in a list', [object(members)]]
  for (let at = 0; at < members.length; at++) {
    const [name, value] = members[at] as Members[number]
    const put = (...list: Members): Json => object(members.toSpliced(at, 1, ...list))
    yield ['a member removed', put()]
    yield ['another name', put([`${name}x`, value])]
    for (const other of otherTypes(value)) yield ['another type', put([name, other])]
    if (typeof value === 'string' || typeof value === 'number') {
      yield ['another value', put([name, typeof value === 'string' ? `${value}1` : value + 1])]
      yield ['name and value joined', put([`${name}${value}`, ''])]
      for (let cut = 1; cut < Math.min(4, String(value).length + 1); cut++)
        yield ['characters moved', put([name + String(value).slice(0, cut), String(value).slice(cut)])]
      if (name.length > 1) yield ['characters moved', put([name.slice(0, -1), name.slice(-1) + String(value)])]
    }
    const order = [members.toSpliced(at, 1), members.filter((_, index) => index !== at).toSorted()]
    for (const list of order)
      for (let next = 0; next < list.length; next++) {
        const [other, text] = list[next] as Members[number]
        if (typeof text === 'object' || typeof value === 'object') continue
        for (const [before, after] of [
          ['', ''],
          [',', '='],
          ['&', '='],
          ['=', ''],
        ] as const) {
          const joined = [other, `${text}${before}${name}${after}${value}`] as const
          yield ['neighbours joined', object(list.toSpliced(next, 1, joined))]
        }
      }
  }
}

/** Every object inside changed in every way. */
function* inside(value: Json, build: (changed: Json) => Json): Iterable<readonly [kind: string, value: Json]> {
  if (isObject(value)) {
    const members: Members = Object.entries(value)
    for (const [kind, changed] of memberChanges(members)) yield [kind, build(changed)]
    for (const [name, one] of members) yield* inside(one, (changed) => build({ ...value, [name]: changed }))
  } else if (Array.isArray(value)) {
    if (value.length === 1) yield ['out of its list', build(value[0] as Json)]
    yield ['another item', build([...(value as readonly Json[]), '1'])]
    for (let at = 0; at < value.length; at++) {
      yield ['an item removed', build((value as readonly Json[]).toSpliced(at, 1))]
      yield* inside(value[at] as Json, (changed) => build((value as readonly Json[]).toSpliced(at, 1, changed)))
    }
  }
}

/** Changes of a JSON body, as text. */
export function* jsonChanges(text: string): Iterable<readonly [kind: string, text: string]> {
  const value = JSON.parse(text) as Json
  for (const [kind, changed] of inside(value, (one) => one)) yield [kind, JSON.stringify(changed)]
  yield ['white space', ` ${text}`]
  yield ['white space', `${text}\n`]
  yield ['white space', JSON.stringify(value, undefined, 1)]
  for (const { 0: found, index } of text.matchAll(/"([a-zA-Z])|:(?=")|:(\d+)(?=[,}])|,/g)) {
    const [before, behind] = [text.slice(0, index), text.slice(index + found.length)]
    if (found.startsWith('"')) yield ['spelling', `${before}"\\u00${found.charCodeAt(1).toString(16)}${behind}`]
    else if (/\d/.test(found)) {
      yield ['another number', `${before}${found}.0${behind}`]
      yield ['another number', `${before}${found}e0${behind}`]
      yield ['another type', `${before}:"${found.slice(1)}"${behind}`]
    } else yield ['white space', `${before}${found} ${behind}`]
  }
  const first = /^\{("[^"]+"):/.exec(text)
  if (first !== null) {
    yield ['a name twice', `{${first[1]}:"zz",${text.slice(1)}`]
    yield ['a name twice', `${text.slice(0, -1)},${first[1]}:"zz"}`]
  }
}
