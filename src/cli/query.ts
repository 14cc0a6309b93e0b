/** The URL with further parameters behind those that it has. */
export function withQuery(url: string, query: ReadonlyArray<readonly [string, string]>): string {
  if (query.length === 0) return url
  const text = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return `${url}${url.includes('?') ? '&' : '?'}${text}`
}
