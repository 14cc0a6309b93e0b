import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { ROOT } from './package-map.mjs'

/** @param {string} name @returns {[from: string, to: string]} */
const marks = (name) => [`<!-- ${name} -->`, `<!-- end of ${name} -->`]

/**
 * The text with one section replaced: what stands between the two marks of its name.
 * @param {string} text
 * @param {string} name
 * @param {string} section
 */
export function withSection(text, name, section) {
  const [from, to] = marks(name)
  const [start, end] = [text.indexOf(from), text.indexOf(to)]
  if (start === -1 || end < start) throw new Error(`there is no section "${name}" between ${from} and ${to}`)
  return `${text.slice(0, start + from.length)}\n${section.trim()}\n${text.slice(end)}`
}

/**
 * Puts a measured table into a page: that of what was checked, where no other one is named.
 * @param {string} name
 * @param {string} section
 * @param {string} [page]
 */
export function writeSection(name, section, page = 'docs/assurance.md') {
  const file = ROOT + page
  if (!existsSync(file)) throw new Error(`${page} is missing`)
  writeFileSync(file, withSection(readFileSync(file, 'utf8'), name, section))
  console.log(`${page}: ${name}`)
}
