import { wholeUrl } from '../proxy/config/parts.js'
import { usage } from './usage.js'

/**
 * A URL as people write it, whole: `:8080/x` and `localhost:8080` are of this machine.
 *
 * @throws {UsageError} for one without http:// or https://, with what to write.
 */
export function urlOf(what: string, text: string): string {
  const url = wholeUrl(text)
  return /^https?:/i.test(url) ? url : usage(`${what} must begin with https://${urlHint(text)}`)
}

/** What a URL lacks, as the end of a sentence: of its query nothing is repeated. */
export function urlHint(url: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]
  if (scheme !== undefined) return `, got ${scheme}://`
  if (url.startsWith('/')) return ': a path alone has no host; of this machine write :8080/path'
  const [place = ''] = url.split(/[?#]/)
  // The end of a name is short: a token has dots as well, and is not repeated.
  return /^(?:[\w-]{1,63}\.)+(?:[a-z]{2,18}|\d{1,3})(?::\d+)?(?:\/|$)/i.test(place) ? `: write https://${place}` : ''
}
