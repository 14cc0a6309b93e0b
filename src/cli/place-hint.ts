import { statSync } from 'node:fs'
import { nearest } from '../errors.js'

const SCHEMES = ['env', 'file', 'vault', 'exec']
/** How a path begins or ends that cannot be taken for a secret: base64 begins with "/" as well, and never with "./". */
const PATH = /^(?:\.{1,2}|~)\/|\.(?:pem|key|secret|jwk|json|age|txt)$/i

/**
 * What was probably meant by a text that names no place of a secret, as the end of a sentence. It may be the secret itself, so it
 * is repeated only where a file or a variable has that very name.
 */
export function placeHint(option: string, value: string, env: Readonly<Record<string, string | undefined>>): string {
  if (isFile(value)) return `: write ${option} file:${value}`
  if (/^[A-Z][A-Z0-9_]*$/.test(value) && Object.hasOwn(env, value)) return `: write ${option} env:${value}`
  const scheme = /^([a-z]{2,8}):/i.exec(value)?.[1]
  const near = scheme === undefined ? undefined : nearest(scheme, SCHEMES)
  if (near !== undefined) return `: did you mean ${near}:?`
  return PATH.test(value) ? ': before the path of a file write file:' : ''
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
