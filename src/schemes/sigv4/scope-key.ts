/**
 * The key of a scope: each part of it is signed with the key before, beginning with the secret.
 *
 * @param start the secret behind the prefix of its variant, `AWS4…`
 */
export function scopeKey(
  start: Uint8Array,
  area: string,
  hmacSha256: (key: Uint8Array, part: string) => Uint8Array,
): Uint8Array {
  let key = start
  for (const part of area.split('/')) key = hmacSha256(key, part)
  return key
}
