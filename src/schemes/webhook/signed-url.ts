import { fail, textKind } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { SignedParts, WebhookSpec } from './webhook.js'

/** An option of senders that sign the URL they call. */
export interface PublicUrlOption {
  /**
   * Where the sender calls, without a query: `https://hooks.example.com` where the path is the one that arrives here, or with the
   * path too where a proxy changes it. Default: the URL of the request that is judged. Fields such as `X-Forwarded-Host` are never
   * read, because any client can write them.
   */
  readonly publicUrl?: string
}

/** The request as the sender has called it. */
type AtPublicUrl = (request: HttpRequest) => HttpRequest

const SAME: AtPublicUrl = (request) =>
  request.authority === ''
    ? fail('CONFIG_INVALID', 'this sender signs the URL: state "publicUrl", or hand over the "url" of the request')
    : request

// Scheme and authority, and the path where there is one.
const PUBLIC = /^(https?):\/\/([^/?#\\@\s]+)(\/[^?#\s]*)?$/

function publicUrlOf(id: string, publicUrl: string | undefined): AtPublicUrl {
  if (publicUrl === undefined) return SAME
  const found = typeof publicUrl === 'string' ? PUBLIC.exec(publicUrl) : null
  if (found === null || !URL.canParse(`${found[1]}://${found[2]}/`))
    return fail(
      'CONFIG_INVALID',
      `${id}: "publicUrl" must be an origin or a URL without a query, got ${textKind(publicUrl)}`,
    )
  const [, scheme, authority, path] = found as unknown as readonly [string, string, string, string?]
  return (request) => {
    const own = splitTarget(request.target)
    // A slash alone is how a URL object writes an origin.
    return { ...request, scheme, authority, target: (path === '/' ? own.path : (path ?? own.path)) + own.query }
  }
}

/** The scheme with its texts made of the URL that the sender has called. */
export function atPublicUrl(spec: WebhookSpec, publicUrl: string | undefined): WebhookSpec {
  const at = publicUrlOf(spec.id, publicUrl)
  const moved =
    (text: WebhookSpec['base']): WebhookSpec['base'] =>
    (parts: SignedParts) =>
      text({ ...parts, request: at(parts.request) })
  return {
    ...spec,
    base: moved(spec.base),
    ...(spec.alternatives !== undefined && { alternatives: spec.alternatives.map(moved) }),
  }
}

/** Scheme, authority and target as one text. */
export const urlText = ({ scheme, authority, target }: HttpRequest): string => `${scheme}://${authority}${target}`

/** The text of {@link urlText} with the default port written out, or without it. */
export function urlVariants(request: HttpRequest): readonly [bare: string, withPort: string] {
  const { scheme, authority, target } = request
  // A colon inside the brackets of an IPv6 address begins no port.
  const bare = authority.replace(/:\d*$/, '')
  const port = bare === authority ? `:${scheme === 'https' ? 443 : 80}` : authority.slice(bare.length)
  return [`${scheme}://${bare}${target}`, `${scheme}://${bare}${port}${target}`]
}
