import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

const MADE = /(?:^|\/)(?:node_modules|__pycache__|target)(?:\/|$)/

/**
 * Of everything that was written by hand in a folder: the programs of one language, and what pins their libraries.
 *
 * @param {string} folder with a slash at its end
 */
export function folderHash(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.replaceAll('//', '/').slice(folder.length))
    .filter((name) => !MADE.test(name))
    .sort()
  const hash = createHash('sha256')
  for (const name of names)
    hash
      .update(`${name}\0`)
      .update(readFileSync(folder + name))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}
