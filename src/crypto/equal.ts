/**
 * Compare two byte strings in time that depends on their lengths only. Lengths are not secret here: every signature and
 * digest has a public, fixed length. JavaScript gives no hard guarantee; the native backend uses `timingSafeEqual`.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number)
  return difference === 0
}
