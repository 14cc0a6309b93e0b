import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** The result of `stat` for an open file, in numbers of either kind. */
interface Owned {
  readonly mode: number | bigint
  readonly uid: number | bigint
}

/**
 * Why a file is not this user's alone, as the end of a sentence; `undefined` where it is. Windows has no such bits: there the
 * access list of the directory has to do it.
 */
export function exposureOf({ mode, uid }: Owned): string | undefined {
  const me = process.platform === 'win32' ? undefined : process.geteuid?.()
  if (me === undefined) return undefined
  if (Number(uid) !== me && Number(uid) !== 0) return "must belong to this user or to root, it is another's"
  const open = Number(mode) & 0o777
  return (open & 0o077) === 0
    ? undefined
    : `must be closed to group and others (chmod 600), its mode is 0${open.toString(8)}`
}

/**
 * Replaces a file in one step: a reader, also after a power cut, finds the old contents or the new ones, whole. Written
 * beside it under `temp`, synced, renamed, and the directory synced. Readable by its owner only.
 *
 * @param mayReplace asked last, between writing and renaming; `false` leaves everything as it was
 * @returns `false` where `mayReplace` returned it
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
