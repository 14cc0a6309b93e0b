const MARK = /(?:\[\d*\]|%5B\d*%5D)$/i

// Each writes the name of the value at a place of a list, as encoders of PHP, Ruby, Python's requests and qs do.
const NAMES: ReadonlyArray<readonly [detail: string, write: (name: string, at: number) => string]> = [
  ['the name alone', (name) => name],
  ['name[]', (name) => `${name}[]`],
  ['name%5B%5D', (name) => `${name}%5B%5D`],
  ['name[0]', (name, at) => `${name}[${at}]`],
  ['name%5B0%5D', (name, at) => `${name}%5B${at}%5D`],
]

/** A query or a form with its lists in other spellings. */
export function* lists(text: string): Iterable<readonly [string, string]> {
  const pairs = text.split('&').map((pair) => {
    const [all, value = ''] = [pair.split('=', 1)[0] as string, pair.slice(pair.indexOf('=') + 1)]
    return { name: all.replace(MARK, ''), value, marked: MARK.test(all), all: pair }
  })
  const isList = ({ name, marked }: (typeof pairs)[number]): boolean =>
    marked || pairs.filter((one) => one.name === name).length > 1
  if (pairs.length > 256 || !pairs.some(isList)) return
  for (const [detail, write] of NAMES) {
    const counts = new Map<string, number>()
    const written = pairs.map((pair) => {
      if (!isList(pair)) return pair.all
      const at = counts.get(pair.name) ?? 0
      counts.set(pair.name, at + 1)
      return `${write(pair.name, at)}=${pair.value}`
    })
    yield [written.join('&'), `as ${detail}`]
  }
  for (const comma of [',', '%2C']) {
    const joined = new Map<string, string>()
    for (const { name, value } of pairs)
      joined.set(name, joined.has(name) ? `${joined.get(name)}${comma}${value}` : value)
    yield [[...joined].map(([name, value]) => `${name}=${value}`).join('&'), `joined with "${comma}"`]
  }
}
