import { execFile, execFileSync } from 'node:child_process'
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { ClientFile, ClientTemplate } from '../../src/clients/template.js'
import { CLIENTS } from '../../src/clients/templates.js'
import { type Algorithm, BUILT, CARGO, type Row } from './rows.js'
import { PRIVATE_KEY, SECRET } from './server.js'

const run = promisify(execFile)

export interface StartOptions {
  /** Of the environment. */
  readonly changed?: NodeJS.ProcessEnv
  readonly cwd?: string
}

const environment = (algorithm: Algorithm, changed: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const { SIGNING_SECRET: _, SIGNING_KEY_FILE: __, SIGNING_KEY_PASSWORD: ___, ...rest } = process.env
  return {
    ...rest,
    ...(algorithm === 'ed25519'
      ? { SIGNING_KEY_ID: 'own-1', SIGNING_KEY_FILE: PRIVATE_KEY }
      : { SIGNING_KEY_ID: 'shared-1', SIGNING_SECRET: SECRET }),
    ...changed,
  }
}

/** Runs the program; what it prints, and its exit code. */
export function start(
  row: Row,
  algorithm: Algorithm,
  args: readonly string[],
  { changed = {}, cwd = folderOf(row) }: StartOptions,
): Promise<{ readonly status: number; readonly output: string }> {
  const [program, ...given] = row.command as [string, ...string[]]
  return run(program, [...given, ...(row.args?.(args) ?? args)], {
    cwd,
    env: environment(algorithm, changed),
    timeout: 60_000,
  }).then(
    ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      output: error.stdout + error.stderr,
    }),
  )
}

export const folderOf = ({ language, scheme }: Row): string => `${BUILT}${language}/${scheme}`

/** The files of a row in a separate folder, filled, and built. */
export function build(row: Row, folder: string, files: readonly ClientFile[]): void {
  rmSync(folder, { recursive: true, force: true })
  cpSync(`clients/${row.language}`, folder, { recursive: true })
  for (const { name, text } of files) writeFileSync(`${folder}/${name}`, text)
  for (const [program, ...args] of (row.build ?? []) as [string, ...string[]][])
    execFileSync(program, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CARGO_TARGET_DIR: CARGO },
    })
}

export const templateOf = ({ language }: Row): ClientTemplate =>
  CLIENTS.find(({ id }) => id === language) as ClientTemplate
