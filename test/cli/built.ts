import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ran } from './invoke.js'

/** The command as users have it: the bundle, in a separate process and a separate folder. */
export interface Built {
  readonly folder: string
  readonly file: string
  run(argv: readonly string[], options?: { stdin?: string; env?: Record<string, string> }): Promise<Ran>
  remove(): void
}

/** Bundled for this test alone: nothing else has to be built, and no two tests write one file. */
export function build(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'))
  const bin = join(folder, 'bin')
  execFileSync(process.execPath, ['tools/build-cli.mjs', bin])
  // As in the package that holds it.
  writeFileSync(join(bin, 'package.json'), '{ "type": "module" }')
  const file = join(bin, 'cli.js')
  return {
    folder,
    file,
    run: (argv, { stdin = '', env = {} } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [file, ...argv], {
          cwd: folder,
          env: { PATH: process.env['PATH'], ...env },
        })
        const texts = { stdout: '', stderr: '' }
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          texts.stdout += text
        })
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          texts.stderr += text
        })
        // A command that does not read its input has gone before all of it is written.
        child.stdin.on('error', () => {}).end(stdin)
        child.on('error', reject).on('close', (code) => resolve({ code: code ?? -1, ...texts }))
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
