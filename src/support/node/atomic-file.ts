import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file in one step: whoever reads it, or cuts the power, finds the old contents or the new ones, whole. Written
 * beside it under `temp`, synced, renamed, and the directory synced. Readable by its owner only.
 *
 * @param mayReplace asked last, between writing and renaming; `false` leaves everything as it was
 * @returns `false` where `mayReplace` said so
 */
export function replaceFile(
  path: string,
  temp: string,
  contents: string | Uint8Array,
  mayReplace: () => boolean = () => true,
): boolean {
  try {
    const file = openSync(temp, 'wx', 0o600)
    try {
      writeFileSync(file, contents)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (!mayReplace()) return false
    renameSync(temp, path)
  } finally {
    // Gone already, unless something failed.
    rmSync(temp, { force: true })
  }
  syncDirectory(dirname(path))
  return true
}

/** Without it the new name may be gone after a power failure. Windows cannot open a directory, and needs no such thing. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
