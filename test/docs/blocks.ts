import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One piece of TypeScript that a reader could copy. */
export interface Block {
  /** Where it stands: `docs/client.md:12`. */
  readonly at: string
  readonly code: string
  /** Fenced as `ts run`: its assertions are those of a test. */
  readonly runs: boolean
  /** What it cannot run without, from a fence such as `ts needs a key file`. Any other block of a page runs to its end. */
  readonly needs?: string
  /** The file that a reader saves it as, where the page names one: ```` ```js run server.mjs ````. */
  readonly file?: string
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
  for (const match of text.matchAll(new RegExp(`^\`\`\`${fence}( run| needs [a-z ]+)?\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))) {
    const line = text.slice(0, match.index).split('\n').length
    const needs = / needs (.+)/.exec(match[1] ?? '')?.[1]
    out.push({
      at: `${file}:${line}`,
      code: match[2] as string,
      runs: match[1] === ' run',
      ...(needs !== undefined && { needs }),
    })
  }
  // Programs that a reader saves: they take a port and print, so start.test.ts runs them.
  for (const match of text.matchAll(/^```js (?:run )?([\w-]+\.mjs)\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split('\n').length
    out.push({ at: `${file}:${line}`, code: match[2] as string, runs: false, file: match[1] as string })
  }
  return out
}

/** The steps of a page, from an empty folder, in their order. */
export interface Step {
  /** `npx countersign …`, or a program that is saved under its name and run. */
  readonly kind: 'command' | 'program'
  readonly name: string
  readonly text: string
  /** What the page states that it prints. */
  readonly prints: string | undefined
}

/** The commands and programs of a page; installing the package is the reader's first step. */
export function stepsOf(page: string): readonly Step[] {
  const text = readFileSync(page, 'utf8')
  const printed = new Map(
    [...text.matchAll(/^```text ([\w-]+\.mjs)\n([\s\S]*?)^```$/gm)].map(([, name, out]) => [name, out]),
  )
  return [...text.matchAll(/^```(?:sh|js run ([\w-]+\.mjs))\n([\s\S]*?)^```$/gm)].flatMap(
    ([, name, body = '']): Step[] =>
      name !== undefined
        ? [{ kind: 'program', name, text: body, prints: printed.get(name) }]
        : body
            .split('\n')
            .filter((line) => line.startsWith('npx countersign '))
            .map((line) => ({ kind: 'command', name: line, text: line, prints: undefined })),
  )
}

/** Every TypeScript block of the README and the pages under docs, and every program of the README. */
export const pageBlocks = (): Block[] =>
  ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md')].flatMap((file) =>
    blocksOf(file, readFileSync(file, 'utf8')),
  )

/** Every `@example` of a doc comment under src. */
export const exampleBlocks = (): Block[] =>
  filesBelow('src', '.ts').flatMap((file) => blocksOf(file, readFileSync(file, 'utf8').replace(/^[ \t]*\* ?/gm, '')))
