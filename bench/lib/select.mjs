// Which rows `--only` asks for. A name is a path, such as rfc9421/hmac/verify/by-hand; any beginning of it asks for all rows below.

/** @param {string} name @param {string} asked a name or its beginning */
const isBelow = (name, asked) => name === asked || name.startsWith(`${asked}/`)

/**
 * Whether a row, or a group of rows whose names begin with `name`, is asked for.
 * @param {string} name
 * @param {readonly string[]} asked all of them where it is empty
 */
export const isAsked = (name, asked) => asked.length === 0 || asked.some((one) => isBelow(name, one))

/**
 * Whether rows below `group` may be asked for: the group as a whole, or some of its rows.
 * @param {string} group
 * @param {readonly string[]} asked
 */
export const mayHold = (group, asked) => isAsked(group, asked) || asked.some((one) => isBelow(one, group))

/**
 * What is asked for and does not exist, each with the nearest names that do.
 * @param {readonly string[]} asked
 * @param {readonly string[]} names
 * @returns {string[]} messages, none where everything exists
 */
export const unknownNames = (asked, names) =>
  asked
    .filter((one) => !names.some((name) => isBelow(name, one)))
    .map((one) => `no row is called "${one}"; the nearest: ${nearest(one, names).join(', ')}`)

/** @param {string} asked @param {readonly string[]} names */
function nearest(asked, names) {
  // Beginnings count as names too: who asks for a group gets groups.
  const all = new Set(names.flatMap((name) => name.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))))
  return [...all]
    .map((name) => ({ name, far: distance(asked, name) }))
    .sort((a, b) => a.far - b.far || a.name.length - b.name.length)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Levenshtein's distance. @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
