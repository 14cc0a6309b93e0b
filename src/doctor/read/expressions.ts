const MOST = 64
const MOST_READ = 4_096

/**
 * An expression of a program as a value: that of the field or parameter was sent, and the program alone knows it. It is written as a
 * template of JavaScript, so that nothing takes it for the value itself.
 */
export const asWritten = (expression: string): string =>
  `\${${expression
    .slice(0, MOST_READ)
    // A text may be a secret.
    .replace(/(["'`])(?:(?!\1)[\s\S])*\1/g, '…')
    .replace(/[\s{}]+/g, ' ')
    .trim()
    .slice(0, MOST)}}`

/** Options of a call, of which each is read as what it is: none of them is a value among others. */
export const isOption = (name: string): boolean =>
  /^(?:headers|params|data|json|body|content|url|baseURL|method)$/.test(name)
