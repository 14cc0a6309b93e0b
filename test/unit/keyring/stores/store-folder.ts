import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** A separate folder for the files of stores, gone when the tests of the file are done. */
export interface StoreFolder {
  readonly root: string
  /** The path of a store in a separate folder. */
  fresh(): string
}

export const POSIX: boolean = process.platform !== 'win32'
/** What lies beside the files of a store, and they themselves. */
export const left = (path: string): string[] => readdirSync(join(path, '..')).sort()

export function storeFolder(): StoreFolder {
  let root = ''
  let count = 0
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'countersign-keys-'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return {
    get root() {
      return root
    },
    fresh: () => {
      const directory = join(root, String(count++))
      mkdirSync(directory)
      return join(directory, 'keys')
    },
  }
}
