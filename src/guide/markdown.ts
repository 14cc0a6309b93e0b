import type { Block, Inline } from './document.js'

// CommonMark 2.4: a backslash before ASCII punctuation makes it text. White space is one space: a line break could begin a block.
const escaped = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')

/** CommonMark 6.1: a run of backticks that is longer than any inside. */
function span(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const mark = '`'.repeat(longest + 1)
  const space = text.startsWith('`') || text.endsWith('`') || text === '' ? ' ' : ''
  return `${mark}${space}${text.replace(/\s+/g, ' ')}${space}${mark}`
}

const inline = (parts: readonly Inline[]): string =>
  parts.map((one) => (typeof one === 'string' ? escaped(one) : span(one.code))).join('')
// A bar ends a cell, in code too.
const cell = (parts: readonly Inline[]): string =>
  parts.map((one) => (typeof one === 'string' ? escaped(one) : span(one.code).replaceAll('|', '\\|'))).join('')
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function fenced(syntax: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/^\s*`+/gm) ?? []).map((run) => run.trim().length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${syntax}\n${text.replace(/\n*$/, '\n')}${fence}`
}

function block(one: Block): string {
  if (one.kind === 'heading') return `${'#'.repeat(one.level)} ${escaped(one.text)}`
  if (one.kind === 'text') return inline(one.text)
  if (one.kind === 'list') return one.items.map((item) => `- ${inline(item)}`).join('\n')
  if (one.kind === 'code') return fenced(one.syntax, one.text)
  return [
    row(one.head.map(escaped)),
    row(one.head.map(() => '---')),
    ...one.rows.map((cells) => row(cells.map(cell))),
  ].join('\n')
}

/** A page as Markdown (CommonMark with the tables of GitHub). */
export const markdownOf = (blocks: readonly Block[]): string => `${blocks.map(block).join('\n\n')}\n`
