/** What the parameters of a request are called by other clients, and here. */
export const REQUEST_HINTS: Readonly<Record<string, string>> = {
  data: '"params" or "json"',
  param: '"params"',
  parameters: '"params"',
  query: '"params"',
  qs: '"params"',
  searchParams: '"params"',
  form: '"params"',
  payload: '"params" or "json"',
  url: '"path"',
  uri: '"path"',
  endpoint: '"path"',
  verb: '"method"',
  type: '"method", or a member of "params"',
}
