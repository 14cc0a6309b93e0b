import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/package-map.mjs'

/**
 * Text that must not be committed. The patterns are written so that this file does not match them itself.
 * @type {ReadonlyArray<{ what: string, pattern: RegExp, files: RegExp }>}
 */
export const RULES = [
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.:@/$}-])\/(?:work|tmp|root|home|Users)\/|\b[A-Z]:\\(?:Users|Windows)\b/,
    files: /./,
  },
  { what: 'unfinished work', pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/, files: /./ },
  {
    what: 'a package registry',
    pattern:
      /\bregistry\.(?:npmjs|yarnpkg)\.|\bnpm\.pkg\.github\.|\b(?:verdacci[o]|artifactor[y])\b|"resolve[d]": "http/i,
    files: /./,
  },
  { what: 'a test that silences the others', pattern: /\.onl[y]\(/, files: /^(?:test|bench|tools)\// },
  // The base64 that a DER private key begins with; test keys live in test/ and docs show none.
  {
    what: 'private key material',
    pattern: /\bM(?:II|IG|C4CAQAwBQYDK2Vw)[A-Za-z0-9+/]{40}/,
    files: /^(?!test\/|bench\/|package-lock)/,
  },
]

/** Prose: the code with its comments and titles, and the documents. Not data of tests, where a word may be an id, nor code in other languages. */
const PROSE =
  /^(?!src\/clients\/templates\/)(?:(?:src|bench|tools|demo|test)\/.*\.(?:[cm]?ts|mjs)|docs\/.*\.md|[A-Z]+\.md)$/

/**
 * A word as prose, and not as data: an id alone in quotes and the part of a longer one are values.
 * @param {string} words
 */
const inProse = (words) => new RegExp(`(?:(?<!['-])\\b(?:${words})\\b(?!-)|'(?:${words})\\b(?!['-]))`, 'i')

/**
 * Words that hide what is meant: a person in the place of a client, a key or a node, and idioms in the place of a term.
 * @type {ReadonlyArray<{ pattern: RegExp, instead: string, files?: RegExp }>} without `files`: all prose
 */
export const WORDS = [
  {
    pattern: inProse('nob[o]dy|someb[o]dy|anyb[o]dy|whoeve[r]'),
    instead: 'the client, key, node or caller that is meant',
  },
  { pattern: /\bbut fo[r]\b/i, instead: 'except' },
  { pattern: /\bset-up erro[r]/i, instead: 'configuration error' },
  { pattern: /\bprocessor tim[e]/i, instead: 'CPU time' },
  { pattern: /\bhearsa[y]/i, instead: 'unconfirmed' },
  { pattern: /\bbelie[v](?:e[sd]?|ing)\b/i, instead: 'trust, accept or cache' },
  { pattern: /\b(?:say|said)s? loudl[y]/i, instead: 'throws' },
  { pattern: /\bonly gro[w]s?\b/i, instead: 'strictly increasing' },
  { pattern: /\bwithout a wor[d]\b/i, instead: 'silently' },
  // The secret of GitHub's example is for all.
  { pattern: /(?<!Secret to )\beveryb[o]dy\b/i, instead: 'the clients, keys, nodes or callers that are meant' },
  { pattern: /\bTold o[f]\b/, instead: 'called with' },
  {
    pattern: /\b(?:an?|by|from|of|what) strang[e]rs?\b/i,
    instead: 'an unknown client, an attacker or another host',
    files: /^(?!CHANGELOG)/,
  },
  { pattern: /\b(?:each|every|small|both|what a) doo[r]s?\b/i, instead: 'function, option or middleware' },
  { pattern: /\b(?:be|is|are) told (?:apar[t]|fro[m])\b/i, instead: 'distinguished from', files: /^(?!CHANGELOG)/ },
  {
    pattern: /\b(?:unless|as|be|is|are|was|none|the|a) state[d]\b/,
    instead: 'given',
    files: /^src\//,
  },
  { pattern: /\bvenue[s]?\b/i, instead: 'exchange', files: /^(?!CHANGELOG)/ },
  {
    // Of a text that is thrown: a wrong value is named with what it must be, a wrong state is said as a state.
    pattern: /(['`])(?:(?!\1).)*\bexpecte[d] (?:not )?(?:to|an?|at most|at least|one of|no)\b/,
    instead: '"must be …, got …", or the state',
    files: /^src\//,
  },
]

const TEXT = /\.(?:[cm]?[jt]s|json|md|ya?ml|html|txt|svg)$|(?:^|\/)(?:LICENSE|run|\.gitignore|\.npmrc|\.editorconfig)$/

/**
 * Every line of a file that breaks a rule.
 * @param {string} path relative to the root; it decides which rules apply
 * @param {string} text
 */
export const checkText = (path, text) => {
  const words = PROSE.test(path) ? WORDS : []
  return text.split('\n').flatMap((line, index) =>
    [
      ...RULES.filter((rule) => rule.files.test(path) && rule.pattern.test(line)).map(({ what }) => what),
      ...words.flatMap(({ pattern, instead, files }) => {
        const found = files?.test(path) === false ? undefined : pattern.exec(line)?.[0].replace(/^['`]/, '')
        return found === undefined ? [] : [`"${found}": write ${instead}`]
      }),
    ].map((what) => ({ path, line: index + 1, what })),
  )
}

/** The files that are, or would be, committed. */
function committedFiles() {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return list
    .split('\0')
    .filter((path) => TEXT.test(path) && statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile())
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = committedFiles()
  const found = files.flatMap((path) => checkText(path, readFileSync(join(ROOT, path), 'utf8')))
  for (const { path, line, what } of found) console.error(`${path}:${line}  holds ${what}`)
  console.log(
    found.length === 0
      ? `text: ${files.length} files, nothing that must not be committed`
      : `text: ${found.length} wrong`,
  )
  process.exitCode = found.length === 0 ? 0 : 1
}
