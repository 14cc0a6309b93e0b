/** A request and its answer as a text that is read as HTTP. */
export const wireOf = (
  first: string,
  fields: readonly string[],
  body: string,
  status: string | undefined,
  answer: string,
): string =>
  [first, ...fields, '', body, ...(status === undefined ? [] : [`HTTP/1.1 ${status} -`, '', answer])].join('\n')
