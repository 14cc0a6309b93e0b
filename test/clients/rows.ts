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
  /** Command line in a folder with the files, to which method, URL and body are added. */
  readonly command: readonly string[]
  readonly version: readonly string[]
  /** Other arguments than method, URL, body and header lines. */
  readonly args?: (args: readonly string[]) => readonly string[]
  /** Runs once before the first request. */
  readonly build?: readonly (readonly string[])[]
}

const ROOT = `${process.cwd()}/`
/** Where the files are copied to, filled and built. */
export const BUILT: string = `${ROOT}test/clients/.built/`
/** What run.mjs installs beside the programs of the system. */
export const TOOLS: string = `${ROOT}test/clients/.tools/`
export const CARGO: string = process.env['CARGO_TARGET_DIR'] ?? `${BUILT}cargo`
const both: readonly Algorithm[] = ['hmac-sha256', 'ed25519']
/** With the packages of install.mjs. */
export const PYTHON: string = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'

// Kotlin's compiler as Maven has it.
const STDLIB = `${TOOLS}kotlin/stdlib.jar`
const kotlinc = ['java', '-cp', `${TOOLS}kotlin/*`, 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler']

const BIN = `${TOOLS}npm/node_modules/.bin/`
const RUNNERS = { postman: 'newman', bruno: 'bru' } as const

type Runs = Pick<Row, 'command'> & Partial<Pick<Row, 'build' | 'args'>>
type Common = Pick<Row, 'language' | 'needs' | 'version'> & Partial<Pick<Row, 'algorithms'>>

/** Both schemes of a language that is started alike for both. */
const rows = (
  common: Common,
  runs: (file: string) => Runs,
  files: readonly [rfc9421: string, header?: string],
): Row[] =>
  (['rfc9421', 'header-scheme'] as const).flatMap((scheme, at) => {
    const file = files[at]
    return file === undefined ? [] : [{ algorithms: both, ...common, scheme, ...runs(file) }]
  })

export const ROWS: readonly Row[] = [
  ...rows(
    { language: 'bash', needs: 'bash', version: ['bash', '--version'] },
    (file) => ({ command: ['bash', file] }),
    ['rfc9421.sh', 'header-scheme.sh'],
  ),
  ...rows(
    { language: 'python', needs: PYTHON, version: [PYTHON, '--version'] },
    (file) => ({ command: [PYTHON, file] }),
    ['rfc9421.py', 'header_scheme.py'],
  ),
  ...rows(
    { language: 'go', needs: 'go', version: ['go', 'version'] },
    (file) => ({
      build: [['go', 'build', '-o', `${file}.out`, file, 'main.go', 'key.go']],
      command: [`./${file}.out`],
    }),
    ['rfc9421.go', 'header_scheme.go'],
  ),
  ...rows(
    { language: 'rust', needs: 'cargo', version: ['cargo', '--version'] },
    (file) => ({ build: [['cargo', 'build', '--quiet', '--bins']], command: [`${CARGO}/debug/${file}`] }),
    ['rfc9421', 'header-scheme'],
  ),
  ...rows(
    { language: 'java', needs: 'javac', version: ['javac', '--version'] },
    (file) => ({ build: [['javac', `${file}.java`]], command: ['java', '-XX:TieredStopAtLevel=1', file] }),
    ['Rfc9421', 'HeaderScheme'],
  ),
  ...rows({ language: 'php', needs: 'php', version: ['php', '--version'] }, (file) => ({ command: ['php', file] }), [
    'rfc9421.php',
    'header-scheme.php',
  ]),
  ...rows(
    { language: 'ruby', needs: 'ruby', version: ['ruby', '--version'] },
    (file) => ({ command: ['ruby', file] }),
    ['rfc9421.rb', 'header_scheme.rb'],
  ),
  ...rows(
    { language: 'kotlin', needs: `${TOOLS}kotlin`, version: [...kotlinc, '-version'] },
    (file) => ({
      build: [[...kotlinc, '-no-reflect', '-no-stdlib', '-cp', STDLIB, '-d', `${file}.jar`, `${file}.kt`, 'Client.kt']],
      command: ['java', '-XX:TieredStopAtLevel=1', '-cp', `${file}.jar:${STDLIB}`, `${file}Kt`],
    }),
    ['Rfc9421', 'HeaderScheme'],
  ),
  ...rows(
    { language: 'c', needs: 'gcc', version: ['gcc', '--version'] },
    (file) => ({
      build: [['gcc', '-O1', '-Wall', '-Wextra', '-Werror', '-o', file, `${file}.c`, '-lcurl', '-lcrypto']],
      command: [`./${file}`],
    }),
    ['rfc9421', 'header-scheme'],
  ),
  ...rows(
    { language: 'csharp', needs: 'mcs', version: ['mcs', '--version'], algorithms: ['hmac-sha256'] },
    (file) => ({
      build: [['mcs', '-langversion:7.2', `-out:${file}.exe`, '-r:System.Net.Http', `${file}.cs`, 'Program.cs']],
      command: ['mono', `${file}.exe`],
    }),
    ['Rfc9421', 'HeaderScheme'],
  ),
  ...rows(
    { language: 'javascript', needs: 'node', version: ['node', '--version'] },
    (file) => ({ command: ['node', '--no-warnings', 'main.mjs', `./${file}`] }),
    ['rfc9421.mjs', 'header-scheme.mjs'],
  ),
  ...rows(
    { language: 'requests', needs: PYTHON, version: [PYTHON, '-c', 'import requests; print(requests.__version__)'] },
    (file) => ({ command: [PYTHON, file] }),
    ['rfc9421_auth.py', 'header_scheme_auth.py'],
  ),
  ...rows(
    { language: 'httpie', needs: PYTHON, version: [PYTHON, '-m', 'httpie', '--version'] },
    (type) => ({
      build: [[PYTHON, '-m', 'pip', 'install', '-q', '--no-deps', '--no-build-isolation', '--force-reinstall', '.']],
      command: [PYTHON, '-m', 'httpie', '--ignore-stdin', '--check-status', `--auth-type=${type}`],
      args: ([method = '', url = '', body, ...lines]) =>
        body === undefined
          ? [method, url, ...lines]
          : [`--raw=${body}`, method, url, 'Content-Type:application/json', ...lines],
    }),
    ['rfc9421', 'header-scheme'],
  ),
  ...(['postman', 'bruno'] as const).flatMap((language) =>
    rows(
      {
        language,
        needs: `${BIN}${RUNNERS[language]}`,
        version: [`${BIN}${RUNNERS[language]}`, '--version'],
        algorithms: ['hmac-sha256'],
      },
      (file) => ({ command: ['node', `${ROOT}test/clients/collections.mjs`, language, file] }),
      ['rfc9421.js', 'header-scheme.js'],
    ),
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
