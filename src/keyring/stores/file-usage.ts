import { isKeyId } from '../../crypto/key.js'
import type { KeyUsage } from '../record/key-record.js'
import { parseUsage } from '../record/stored-key.js'
import { jsonOf, linesOf } from './file-frame.js'

export type FileUsage = ReadonlyMap<string, KeyUsage>

export function usageBody(usage: FileUsage): string {
  let body = ''
  for (const [id, one] of usage) body += `${JSON.stringify([id, one])}\n`
  return body
}

/** The content of a body, or `undefined`: every line is the very one that would be written, and no id comes twice. */
export function parseUsages(body: string): FileUsage | undefined {
  const usage = new Map<string, KeyUsage>()
  const lines = linesOf(body)
  for (const line of lines ?? []) {
    const read = jsonOf(line)
    const [id, value] = Array.isArray(read) ? read : []
    const one = parseUsage(value)
    if (!isKeyId(id) || one === undefined || usage.has(id) || JSON.stringify([id, one]) !== line) return undefined
    usage.set(id, one)
  }
  return lines && usage
}
