import process from 'node:process'

/** What `stat` says of an open file, in numbers of either kind. */
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
  if (Number(uid) !== me && Number(uid) !== 0) return "expected to belong to this user or to root, it is another's"
  const open = Number(mode) & 0o777
  return (open & 0o077) === 0
    ? undefined
    : `expected to be closed to group and others (chmod 600), its mode is 0${open.toString(8)}`
}
