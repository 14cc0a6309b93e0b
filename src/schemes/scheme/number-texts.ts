/** Spellings of one number that programs turn into each other: a float of Java, Kotlin or Python, an exponent, zeros at the end. */
function* spellings(text: string): Iterable<readonly [string, string]> {
  const value = Number(text)
  if (!/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) || !Number.isFinite(value)) return
  if (/^-?\d{1,15}$/.test(text)) {
    yield [`${text}.0`, 'as a float (1.0)']
    yield [`${text}.00`, 'with 2 places']
  }
  yield [String(value), 'in the shortest form']
  if (Math.abs(value) < 1e-4 && value !== 0) {
    const [digits = '', power = '0'] = value.toExponential().split('e')
    const wide = `${power.startsWith('-') ? '-' : '+'}${power.replace(/^[-+]/, '').padStart(2, '0')}`
    yield [`${digits}e${wide}`, 'with an exponent (1e-05)']
    const whole = digits.includes('.') ? digits : `${digits}.0`
    yield [`${whole}E${power}`, 'with an exponent (1.0E-5)']
    yield [`${whole}e${power}`, 'with an exponent (1.0e-5)']
    yield [`${digits}e${power}`, 'with an exponent (1e-5)']
    yield [`${digits}E${wide}`, 'with an exponent (1E-05)']
  }
  if (text.includes('.')) {
    yield [precise(value), 'with seventeen digits (0.10000000000000001)']
    for (const places of [2, 4, 6, 8]) yield [value.toFixed(places), `with ${places} places`]
  }
  if (/e/i.test(text)) yield [value.toFixed(20).replace(/0+$/, '').replace(/\.$/, ''), 'without an exponent']
}

/** As PHP writes a float with `serialize_precision` 17, and C with `%.17g`. */
const precise = (value: number): string =>
  Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15
    ? value
        .toPrecision(17)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '')
    : String(value)

// Of so many numbers every choice is tried, of more each alone and all together.
const CHOICES = 4

/** A text with its numbers spelt in another way. */
export function* respelt(text: string, number: RegExp): Iterable<readonly [string, string]> {
  const found = [...text.matchAll(number)].slice(0, 32)
  const kinds = new Set(found.flatMap(([one]) => [...spellings(one)].map(([, kind]) => kind)))
  for (const kind of kinds)
    for (const chosen of choices(found.length)) {
      let at = 0
      yield [
        text.replace(number, (one) => {
          const here = at++
          return chosen(here) ? ([...spellings(one)].find(([, of]) => of === kind)?.[0] ?? one) : one
        }),
        kind,
      ]
    }
  yield* mixed(text, number, found.length)
}

/** Each of a few numbers in a separate spelling: prices with two places beside counts with one. */
function* mixed(text: string, number: RegExp, count: number): Iterable<readonly [string, string]> {
  const ways = [...text.matchAll(number)].map(([one]) => [one, ...new Set([...spellings(one)].map(([other]) => other))])
  const all = ways.reduce((product, one) => product * one.length, 1)
  if (count < 2 || count > CHOICES || all > MOST_MIXED) return
  for (let at = 1; at < all; at++) {
    let left = at
    let here = 0
    yield [
      text.replace(number, () => {
        const own = ways[here++] as readonly string[]
        const chosen = own[left % own.length] as string
        left = Math.floor(left / own.length)
        return chosen
      }),
      'each number in a spelling of its own',
    ]
  }
}

const MOST_MIXED = 4_096

function* choices(count: number): Iterable<(at: number) => boolean> {
  yield () => true
  if (count > CHOICES) for (let only = 0; only < count; only++) yield (at) => at === only
  else for (let mask = 1; mask < 2 ** count - 1; mask++) yield (at) => ((mask >> at) & 1) === 1
}
