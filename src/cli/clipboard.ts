import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { usage } from './usage.js'

/** Programs that print the clipboard, by platform; the first that is there is asked. */
const PROGRAMS: Readonly<Record<string, ReadonlyArray<readonly [string, ...string[]]>>> = {
  darwin: [['pbpaste']],
  win32: [['powershell.exe', '-NoProfile', '-Command', 'Get-Clipboard -Raw']],
  linux: [
    ['wl-paste', '--no-newline'],
    ['xclip', '-selection', 'clipboard', '-out'],
    ['xsel', '--clipboard', '--output'],
  ],
}

/** What was copied. */
export function clipboard(platform: string = process.platform): string {
  const programs = PROGRAMS[platform] ?? PROGRAMS['linux'] ?? []
  for (const [program, ...args] of programs) {
    const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 5_000 })
    if (status === 0) return stdout === '' ? usage('the clipboard is empty') : stdout
  }
  const names = programs.map(([name]) => name).join(', ')
  return usage(
    `the clipboard cannot be read: ${programs.length === 1 ? '' : 'none of '}${names} ${programs.length === 1 ? 'does not answer' : 'answers'}. Paste the request into a file, or into this command without --clipboard`,
  )
}
