import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { ROOT } from './package-map.mjs'

const FILE = `${ROOT}docs/assurance.md`

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
 * Puts a measured table into the page of what was checked.
 * @param {string} name
 * @param {string} section
 */
export function writeSection(name, section) {
  if (!existsSync(FILE)) throw new Error('docs/assurance.md is missing')
  writeFileSync(FILE, withSection(readFileSync(FILE, 'utf8'), name, section))
  console.log(`docs/assurance.md: ${name}`)
}
