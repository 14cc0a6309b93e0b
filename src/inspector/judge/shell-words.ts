const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** The words of a command line, as a POSIX shell and bash's `$'…'` read them. Nothing is expanded. */
export function shellWords(text: string): readonly string[] {
  const pattern =
    /\\\r?\n|\s+|'([^']*)'|\$'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|[^\s'"\\$]+|[$'"\\]/g
  const words: string[] = []
  let word: string | undefined
  for (const [all, single, ansi, double, escaped] of text.matchAll(pattern)) {
    if (/^(?:\s+|\\\r?\n)$/.test(all)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else
      word =
        (word ?? '') +
        (single ??
          ansi?.replace(/\\([\s\S])/g, (_all, c: string) => ESCAPES[c] ?? c) ??
          double?.replace(/\\(["\\$`])/g, '$1').replace(/\\\r?\n/g, '') ??
          escaped ??
          all)
  }
  return word === undefined ? words : [...words, word]
}
