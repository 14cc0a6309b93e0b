import { createRequire } from 'node:module'
import type { GithubPattern } from '../../../src/keyring/leaks/scanner-rules.js'

/** What a scanner makes of its configuration, as little of it as the generated ones need. */
export type Scan = (text: string) => string[]

/** Shannon, bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}

/** RE2 and Hyperscan name the ends of a text in their own way; all the rest reads alike. */
const regex = (source: string, flags = 'g'): RegExp =>
  new RegExp(source.replaceAll('\\A', '^').replaceAll('\\z', '$'), flags)

type Toml = Record<string, unknown>

/** The TOML of the generated file: tables, arrays of tables, and one-line values. */
export function readToml(text: string): Toml {
  const root: Toml = {}
  let table = root
  const into = (path: string): [Toml, string] => {
    const names = path.split('.')
    const last = names.pop() as string
    let at = root
    for (const name of names) {
      const next = at[name]
      at = (Array.isArray(next) ? next.at(-1) : next) as Toml
    }
    return [at, last]
  }
  const value = (source: string): unknown => {
    if (source.startsWith('[')) return [value(source.slice(1, -1))]
    if (source.startsWith("'''")) return source.slice(3, -3)
    return JSON.parse(source)
  }
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, array, single] = /^\[\[(.+)\]\]$|^\[([^[\]]+)\]$/.exec(line) ?? []
    if (array !== undefined) {
      const [at, name] = into(array)
      table = {}
      at[name] = [...((at[name] as Toml[] | undefined) ?? []), table]
    } else if (single !== undefined) {
      const [at, name] = into(single)
      table = {}
      at[name] = table
    } else {
      const equals = line.indexOf(' = ')
      if (equals === -1) throw new Error(`not TOML of the expected kind: ${line}`)
      table[line.slice(0, equals)] = value(line.slice(equals + 3))
    }
  }
  return root
}

interface GitleaksRule {
  readonly regex: string
  readonly secretGroup: number
  readonly entropy: number
  readonly keywords: readonly string[]
  readonly allowlists: readonly { readonly regexes: readonly string[] }[]
}

/** gitleaks, `detect/detect.go`: keyword, match, group, entropy of the group, allow lists against the group. */
export function gitleaksScan(toml: string): Scan {
  const [rule] = readToml(toml)['rules'] as [GitleaksRule]
  const allowed = rule.allowlists.flatMap(({ regexes }) => regexes.map((each) => regex(each, '')))
  return (text) =>
    rule.keywords.some((keyword) => text.toLowerCase().includes(keyword))
      ? [...text.matchAll(regex(rule.regex))]
          .map((match) => match[rule.secretGroup] as string)
          .filter((secret) => entropyOf(secret) > rule.entropy && !allowed.some((each) => each.test(secret)))
      : []
}

interface Detector {
  readonly keywords: readonly string[]
  readonly regex: Readonly<Record<string, string>>
  readonly entropy: number
  readonly exclude_regexes_match: readonly string[]
  readonly verify?: readonly unknown[]
}

/** A YAML parser comes with secretlint's parts. */
export const readYaml = (text: string): { readonly detectors: readonly Detector[] } => {
  const { load } = createRequire(import.meta.url)('js-yaml') as { load(text: string): never }
  return load(text)
}

/** TruffleHog, `pkg/custom_detectors`: keyword, match, exclusions against the whole match. */
export function trufflehogScan(yaml: string): Scan {
  const [detector] = readYaml(yaml).detectors as [Detector]
  const excluded = detector.exclude_regexes_match.map((each) => regex(each, ''))
  return (text) =>
    detector.keywords.some((keyword) => text.toLowerCase().includes(keyword))
      ? [...text.matchAll(regex(detector.regex['secret'] as string))]
          .filter(
            ([match, secret]) =>
              entropyOf(secret as string) >= detector.entropy && !excluded.some((each) => each.test(match)),
          )
          .map((match) => match[1] as string)
      : []
}

/** GitHub: before, secret and after one behind the other; requirements against the secret. */
export function githubScan({ beforeSecret, secretFormat, afterSecret, mustNotMatch }: GithubPattern): Scan {
  const whole = `(?:${beforeSecret})(${secretFormat})(?=${afterSecret})`
  return (text) =>
    [...text.matchAll(regex(whole, 'gm'))]
      .map((match) => match[1] as string)
      .filter((secret) => !mustNotMatch.some((each) => regex(each, '').test(secret)))
}
