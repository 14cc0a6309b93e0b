const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** XML's references to characters, as the characters. */
export const unmarked = (text: string): string =>
  text.replace(/&(?:#(x[0-9a-f]{1,4}|\d{1,5})|(lt|gt|amp|quot|apos));/gi, (_, code?: string, name?: string) =>
    name !== undefined
      ? (ENTITIES[name.toLowerCase()] as string)
      : String.fromCharCode(Number(/^x/i.test(code ?? '') ? `0${code}` : code)),
  )

/** What programs print for a line break within a text. */
export const unescaped = (text: string): string =>
  text.includes('\n') ? text : text.replace(/\\(?:r\\)?n/g, '\n').replace(/\\(["'])/g, '$1')
