import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One piece of TypeScript that a reader could copy. */
export interface Block {
  /** Where it stands: `docs/client.md:12`. */
  readonly at: string
  readonly code: string
  /** Fenced as `ts run`: it does not only compile, it runs to its end. */
  readonly runs: boolean
}

const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

function blocksOf(file: string, text: string): Block[] {
  const out: Block[] = []
  // The programs of the README are pasted into .ts files, too.
  const fence = file === 'README.md' ? '(?:ts|js)' : 'ts'
  for (const match of text.matchAll(new RegExp(`^\`\`\`${fence}( run)?\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))) {
    const line = text.slice(0, match.index).split('\n').length
    out.push({ at: `${file}:${line}`, code: match[2] as string, runs: match[1] !== undefined })
  }
  return out
}

/** Every TypeScript block of the README and the pages under docs, and every program of the README. */
export const pageBlocks = (): Block[] =>
  ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md')].flatMap((file) =>
    blocksOf(file, readFileSync(file, 'utf8')),
  )

/** Every `@example` of a doc comment under src. */
export const exampleBlocks = (): Block[] =>
  filesBelow('src', '.ts').flatMap((file) => blocksOf(file, readFileSync(file, 'utf8').replace(/^[ \t]*\* ?/gm, '')))
