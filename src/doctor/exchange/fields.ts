/** The value of a header by its name in any case, as it was sent. */
export const sentValue = (fields: readonly string[], name: string): string | undefined => {
  const lower = name.toLowerCase()
  for (let at = 0; at < fields.length; at += 2)
    if ((fields[at] as string).toLowerCase() === lower) return fields[at + 1]
  return undefined
}
