// Postman, Bruno and Insomnia write {{name}}, shells and JavaScript ${name}.
const MARKS: ReadonlyArray<(name: string) => string> = [(name) => `{{${name}}}`, (name) => `\${${name}}`]
const MOST = 24

/** A text with the name of a variable in place of values: that of the pair or member itself, in one of them and in all. */
export function* placeholders(text: string, pair: RegExp): Iterable<readonly [string, string]> {
  const found = [...text.matchAll(pair)].slice(0, MOST)
  for (const mark of MARKS) {
    const write = (at: (index: number) => boolean): string => {
      let index = 0
      return text.replace(pair, (all, name: string, between: string, value: string) => {
        const quote = value.startsWith('"') ? '"' : ''
        return at(index++)
          ? `${all.slice(0, all.length - value.length - between.length)}${between}${quote}${mark(name)}${quote}`
          : all
      })
    }
    for (const [at, [, name = '']] of found.entries()) yield [write((index) => index === at), mark(name)]
    if (found.length > 1) yield [write(() => true), 'all of them']
  }
}
