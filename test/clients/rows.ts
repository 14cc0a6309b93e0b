import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

export type Algorithm = 'hmac-sha256' | 'ed25519'

/** One way to run one file of clients/. */
export interface Row {
  /** The language's folder in clients/. */
  readonly language: string
  readonly scheme: 'rfc9421' | 'header-scheme'
  readonly algorithms: readonly Algorithm[]
  /** What must be installed; where it is missing the row is skipped, and is no pass. */
  readonly needs: string
  /** Command line, to which method, URL and body are added. */
  readonly command: readonly string[]
  readonly version: readonly string[]
  /** Runs once before the first request. */
  readonly build?: readonly (readonly string[])[]
}

const ROOT = `${process.cwd()}/`
const CLIENTS = `${ROOT}clients/`
export const BUILT = `${ROOT}test/clients/.built/`
const both: readonly Algorithm[] = ['hmac-sha256', 'ed25519']
const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'

type Runs = Pick<Row, 'command'> & Partial<Pick<Row, 'build' | 'algorithms'>>
type Common = Pick<Row, 'language' | 'needs' | 'version'>

const rows = (common: Common, rfc9421: Runs, header: Runs): readonly Row[] => [
  { algorithms: both, ...common, scheme: 'rfc9421', ...rfc9421 },
  { algorithms: both, ...common, scheme: 'header-scheme', ...header },
]

export const ROWS: readonly Row[] = [
  ...rows(
    { language: 'bash', needs: 'bash', version: ['bash', '--version'] },
    { command: ['bash', `${CLIENTS}bash/rfc9421.sh`] },
    { command: ['bash', `${CLIENTS}bash/header-scheme.sh`] },
  ),
  ...rows(
    { language: 'python', needs: python, version: [python, '--version'] },
    { command: [python, `${CLIENTS}python/rfc9421.py`] },
    { command: [python, `${CLIENTS}python/header_scheme.py`] },
  ),
  ...rows(
    { language: 'go', needs: 'go', version: ['go', 'version'] },
    {
      build: [['go', 'build', '-o', `${BUILT}go-rfc9421`, `${CLIENTS}go/rfc9421.go`, `${CLIENTS}go/main.go`]],
      command: [`${BUILT}go-rfc9421`],
    },
    {
      build: [
        ['go', 'build', '-o', `${BUILT}go-header-scheme`, `${CLIENTS}go/header_scheme.go`, `${CLIENTS}go/main.go`],
      ],
      command: [`${BUILT}go-header-scheme`],
    },
  ),
]

/** Whether a program can be started. */
export function have(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program)
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
