/** Fields as they are typed, a line each; what is no field is left out. */
export const headerLines = (text: string): ReadonlyArray<readonly [name: string, value: string]> =>
  text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^\s*([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })

/** Lines that are no field: they are named, and not left out silently. */
export const badLines = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line.trim() !== '' && headerLines(line).length === 0)
