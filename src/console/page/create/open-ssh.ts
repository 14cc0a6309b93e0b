/** The members of a JWK, of which this one has no secret ones. */
export type PublicJwk = Readonly<Record<string, string>>

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')

/** The fields of a line: each is a length of four bytes and so many bytes (RFC 4251 5, RFC 4253 6.6). */
function fieldsOf(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const fields: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length || fields.length === 4) return undefined
    const end = at + 4 + view.getUint32(at)
    if (end > bytes.length) return undefined
    fields.push(bytes.subarray(at + 4, end))
    at = end
  }
  return fields
}

/** An `mpint` without the zero that keeps it from being negative. */
const positive = (bytes: Uint8Array): Uint8Array => (bytes[0] === 0 ? bytes.subarray(1) : bytes)

const CURVES: Readonly<Record<string, readonly [crv: string, bytes: number]>> = {
  nistp256: ['P-256', 32],
  nistp384: ['P-384', 48],
  nistp521: ['P-521', 66],
}

/**
 * The public key of a line such as `ssh-ed25519 AAAA… name`; `undefined` for a line that is cut off or of another kind.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8709 | RFC 8709} for Ed25519, RFC 5656 3.1 for ECDSA, RFC 4253 6.6 for RSA
 */
export function openSshKey(line: string): PublicJwk | undefined {
  const [kind = '', body = ''] = line.split(/\s+/)
  let fields: readonly Uint8Array[] | undefined
  try {
    fields = fieldsOf(Uint8Array.from(atob(body), (one) => one.charCodeAt(0)))
  } catch {
    return undefined
  }
  const [name, first, second, ...more] = fields ?? []
  if (name === undefined || first === undefined || more.length > 0) return undefined
  if (new TextDecoder().decode(name) !== kind) return undefined
  if (kind === 'ssh-ed25519')
    return first.length === 32 && second === undefined ? { kty: 'OKP', crv: 'Ed25519', x: base64url(first) } : undefined
  if (second === undefined) return undefined
  if (kind === 'ssh-rsa') return { kty: 'RSA', n: base64url(positive(second)), e: base64url(positive(first)) }
  const [crv = '', length = 0] = CURVES[new TextDecoder().decode(first)] ?? []
  if (kind !== `ecdsa-sha2-${new TextDecoder().decode(first)}` || second.length !== 1 + 2 * length || second[0] !== 4)
    return undefined
  return { kty: 'EC', crv, x: base64url(second.subarray(1, 1 + length)), y: base64url(second.subarray(1 + length)) }
}
