/** Changes of a query or a form, as text. */
export function* pairChanges(text: string): Iterable<readonly [kind: string, text: string]> {
  yield ['a pair added', text === '' ? 'zz=1' : `${text}&zz=1`]
  yield ['a pair before', text === '' ? 'zz=1' : `zz=1&${text}`]
  if (text === '') return
  const pairs = text.split('&')
  const join = (list: readonly string[]): string => list.join('&')
  yield ['empty pairs', `${text}&`]
  yield ['empty pairs', `&${text}`]
  yield ['order', join(pairs.toReversed())]
  yield ['order', join(pairs.toSorted())]
  for (let at = 0; at < pairs.length; at++) {
    const pair = pairs[at] as string
    const equals = `${pair}=`.indexOf('=')
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)]
    const put = (...list: readonly string[]): string => join(pairs.toSpliced(at, 1, ...list))
    yield ['a pair removed', join(pairs.toSpliced(at, 1))]
    yield ['a pair twice', put(pair, pair)]
    yield ['a pair twice', put(pair, `${name}=zz`)]
    yield ['order', join([...pairs.toSpliced(at, 1), pair])]
    yield ['another name', put(`${name}x=${value}`)]
    yield ['another name', put(`${name.toUpperCase()}=${value}`)]
    yield ['another value', put(`${name}=${value}1`)]
    yield ['another value', put(`${name}=${value.replace(/[a-z0-9]/i, 'Q')}`)]
    yield ['no value', put(name)]
    yield ['brackets', put(`${name}[]=${value}`)]
    yield ['spelling', put(`%${(name.codePointAt(0) ?? 48).toString(16)}${name.slice(1)}=${value}`)]
    yield ['spelling', put(`${name}=%${(value.charCodeAt(0) % 128 || 48).toString(16)}${value.slice(1)}`)]
    yield ['spelling', put(pair.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()))]
    yield ['spelling', put(pair.replaceAll('%20', '+'))]
    yield ['spelling', put(pair.replaceAll('+', '%20'))]
    yield ['spelling', put(pair.replaceAll('%2B', '+'))]
    yield ['decoded', put(decoded(pair))]
    yield ['decoded', put(`${name}=${decoded(value)}`)]
    yield ['the rest encoded', put(`${name}=${encodeURIComponent(value)}`)]
    yield ['an encoded "="', put(`${name}%3D${value}`)]
    yield ['names and values joined', put(name + value)]
    const next = pairs[at + 1]
    if (next === undefined) continue
    const without = (joined: string): string => join(pairs.toSpliced(at, 2, joined))
    for (const between of ['%26', '', ',', '%2C', '+', ';'])
      yield ['neighbours joined', without(`${pair}${between}${next}`)]
    yield ['neighbours joined', without(`${pair}%26${next.replace('=', '%3D')}`)]
    yield ['neighbours joined', without(`${name}=${encodeURIComponent(`${decoded(value)}&${decoded(next)}`)}`)]
    for (let cut = 1; cut < Math.min(4, next.length); cut++)
      yield ['characters moved', join(pairs.toSpliced(at, 2, pair + next.slice(0, cut), next.slice(cut)))]
    for (let cut = 1; cut < Math.min(4, value.length + 1); cut++)
      yield ['characters moved', join(pairs.toSpliced(at, 2, pair.slice(0, -cut), pair.slice(-cut) + next))]
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
