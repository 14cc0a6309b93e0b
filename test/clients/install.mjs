import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { ROOT } from '../../tools/lib/package-map.mjs'

const TOOLS = `${ROOT}test/clients/.tools/`
/** Programs, and Debian's packages that bring them (with the libraries that clients link). */
const SYSTEM = /** @type {const} */ ({
  bash: ['bash'],
  curl: ['curl'],
  openssl: ['openssl'],
  gcc: ['gcc', 'libc6-dev'],
  php: ['php-cli', 'php-curl'],
  ruby: ['ruby'],
  javac: ['openjdk-17-jdk-headless'],
  mvn: ['maven'],
  mcs: ['mono-mcs', 'mono-runtime', 'libmono-system-net-http4.0-cil', 'libmono-system-core4.0-cil'],
})
const LIBRARIES = { 'openssl/evp.h': 'libssl-dev', 'curl/curl.h': 'libcurl4-openssl-dev' }
const KOTLIN = '2.4.21'
const PYTHON = [
  'requests==2.34.2',
  'httpie==3.2.4',
  'cryptography',
  'setuptools',
  'tree-sitter==0.26.1',
  'tree-sitter-powershell==0.26.4',
  'tree-sitter-swift==0.7.4',
  'wheel',
]
const NPM = ['newman@6.2.2', '@usebruno/cli@4.1.0']

/** @param {string} program @param {readonly string[]} args @param {import('node:child_process').ExecFileSyncOptions} [options] */
const run = (program, args, options) =>
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })

/** @param {string} what @param {() => void} make */
function attempt(what, make) {
  try {
    make()
  } catch (error) {
    console.error(`!!! ${what} could not be installed: ${/** @type {Error} */ (error).message.split('\n')[0]}`)
  }
}

const have = (/** @type {string} */ program) => {
  try {
    run('sh', ['-c', `command -v ${program}`])
    return true
  } catch {
    return false
  }
}
const haveHeader = (/** @type {string} */ header) => {
  try {
    run('sh', ['-c', `echo '#include <${header}>' | gcc -E - `], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** PHP without its library for HTTP is common, and runs none of the clients. */
const hasExtension = (/** @type {string} */ program) => {
  if (program !== 'php') return true
  try {
    run('php', ['-r', "exit(extension_loaded('curl') ? 0 : 1);"])
    return true
  } catch {
    return false
  }
}

function systemPackages() {
  const missing = Object.entries(SYSTEM).flatMap(([program, packages]) =>
    have(program) && hasExtension(program) ? [] : packages,
  )
  const libraries = Object.entries(LIBRARIES).flatMap(([header, name]) => (haveHeader(header) ? [] : [name]))
  const all = [...missing, ...libraries]
  if (all.length === 0) return
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [program, ...before] = [...root, 'apt-get']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  console.log(`installing ${all.join(' ')}`)
  attempt(all.join(', '), () => {
    run(program, [...before, 'update'], { env })
    run(program, [...before, 'install', '-y', '--no-install-recommends', ...all], { env })
  })
}

/** A virtual environment; its interpreter. */
function python() {
  const folder = `${TOOLS}venv`
  const stamp = `${folder}/installed.txt`
  const wanted = PYTHON.join('\n')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted)
    attempt(PYTHON.join(', '), () => {
      run('python3', ['-m', 'venv', folder])
      run(`${folder}/bin/python`, ['-m', 'pip', 'install', '-q', ...PYTHON])
      writeFileSync(stamp, wanted)
    })
  return existsSync(stamp) ? `${folder}/bin/python` : 'python3'
}

/** Kotlin's compiler as Maven has it: jars in a folder. */
function kotlin() {
  if (existsSync(`${TOOLS}kotlin/stdlib.jar`) || !have('mvn')) return
  attempt('Kotlin', () => {
    mkdirSync(`${TOOLS}kotlin`, { recursive: true })
    const dependency = `<dependency><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-compiler-embeddable</artifactId><version>${KOTLIN}</version></dependency>`
    const pom = `<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>${dependency}</dependencies></project>`
    writeFileSync(`${TOOLS}kotlin/pom.xml`, pom)
    run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.'], { cwd: `${TOOLS}kotlin` })
    copyFileSync(`${TOOLS}kotlin/kotlin-stdlib-${KOTLIN}.jar`, `${TOOLS}kotlin/stdlib.jar`)
  })
}

/** What runs collections of Postman and Bruno. */
function collections() {
  const stamp = `${TOOLS}npm/installed.txt`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === NPM.join('\n')) return
  attempt(NPM.join(', '), () => {
    rmSync(`${TOOLS}npm`, { recursive: true, force: true })
    mkdirSync(`${TOOLS}npm`, { recursive: true })
    writeFileSync(`${TOOLS}npm/package.json`, '{ "private": true }')
    run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', `${TOOLS}npm`, ...NPM])
    writeFileSync(stamp, NPM.join('\n'))
  })
}

/** Installs what can be had; what cannot is named, and its clients are skipped. Gives the Python to use. */
export function installTools() {
  mkdirSync(TOOLS, { recursive: true })
  systemPackages()
  kotlin()
  collections()
  return python()
}
