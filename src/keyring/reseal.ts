import type { StoredKey } from './key-record.js'
import type { Sealing } from './sealing.js'
import { changed } from './transitions.js'
import type { Writer } from './writer.js'

/**
 * Seals what another key-encryption key sealed with the primary one. One record at a time, each with its own revision, so
 * that verifiers go on meanwhile and a run that was cut short is just started again.
 */
export async function resealAll(
  keys: AsyncIterable<StoredKey>,
  sealing: Sealing,
  writer: Writer,
  nowMs: number,
): Promise<{ readonly resealed: number; readonly failed: readonly string[] }> {
  let resealed = 0
  const failed: string[] = []
  for await (const { id } of keys) {
    try {
      if (await resealOne(id, sealing, writer, nowMs)) resealed++
    } catch {
      // One record that cannot be opened must not keep the others under the old key.
      failed.push(id)
    }
  }
  return { resealed, failed }
}

async function resealOne(id: string, sealing: Sealing, writer: Writer, nowMs: number): Promise<boolean> {
  const key = await writer.read(id)
  if (key === undefined || key.material.kind !== 'sealed') return false
  const { version, algorithm } = key
  const secret = await sealing.open(key.material, { id, version, algorithm })
  try {
    // Without an index secret here, what the record is found by elsewhere stays as it is.
    const [secretHash = key.secretHash] = sealing.hashesOf(secret)
    if (key.material.kekId === sealing.primaryId && key.secretHash === secretHash) return false
    const material = await sealing.seal(secret, { id, version, algorithm })
    let done = false
    await writer.change(id, (record) => {
      // Material is written once and never changes but here: what was read may only have been sealed by somebody else.
      done =
        (record.material.kind === 'sealed' && record.material.kekId !== sealing.primaryId) ||
        record.secretHash !== secretHash
      return done ? changed(record, nowMs, { material, secretHash }) : record
    })
    return done
  } finally {
    secret.fill(0)
  }
}
