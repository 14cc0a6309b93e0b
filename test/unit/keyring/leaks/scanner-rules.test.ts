import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-pattern'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import { scannerRules } from '../../../../src/keyring/leaks/scanner-rules.js'
import { newKeyId, newSecretText } from '../../../../src/keyring/record/key-format.js'
import { type Fixture, fixtures } from '../../../vectors/leaks/expand.js'
import {
  entropyOf,
  githubScan,
  gitleaksScan,
  readToml,
  readYaml,
  type Scan,
  trufflehogScan,
} from '../../../vectors/leaks/read-rules.js'

const verifyUrl = 'https://api.example.com/keys/check?from=scanner'
const rules = scannerRules({ prefix: 'acme', verifyUrl })
const golden = (name: string): string => readFileSync(join(process.cwd(), 'test/vectors/leaks/rules', name), 'utf8')

const SCANS: Readonly<Record<string, Scan>> = {
  gitleaks: gitleaksScan(rules.gitleaks),
  TruffleHog: trufflehogScan(rules.trufflehog),
  GitHub: githubScan(rules.github),
}

/** Every regular expression of every format. */
function expressions(): string[] {
  const [rule] = readToml(rules.gitleaks)['rules'] as [{ regex: string; allowlists: { regexes: string[] }[] }]
  const [detector] = readYaml(rules.trufflehog).detectors
  const { options } = JSON.parse(rules.secretlint).rules[0]
  const { github, patterns } = rules
  return [
    rule.regex,
    ...rule.allowlists.flatMap(({ regexes }) => regexes),
    ...Object.values(detector?.regex ?? {}),
    ...(detector?.exclude_regexes_match ?? []),
    ...[...options.patterns[0].patterns, ...options.allows].map((each: string) => each.slice(1, -1)),
    ...[github.beforeSecret, github.secretFormat, github.afterSecret, ...github.mustNotMatch],
    ...Object.values(patterns),
  ]
}

describe('scanner rules', () => {
  it.each(['gitleaks.toml', 'trufflehog.yaml', 'secretlintrc.json', 'github.json'] as const)(
    'are %s, to the letter',
    (name) => {
      const texts = {
        'gitleaks.toml': rules.gitleaks,
        'trufflehog.yaml': rules.trufflehog,
        'secretlintrc.json': rules.secretlint,
        'github.json': `${JSON.stringify(rules.github, null, 2)}\n`,
      }
      expect(texts[name]).toBe(golden(`${name}.txt`))
    },
  )

  it('the rules say the same of the secret in every format, with a keyword and at least 3 bits of entropy', () => {
    const [gitleaks] = readToml(rules.gitleaks)['rules'] as [Record<string, unknown>]
    const [detector] = readYaml(rules.trufflehog).detectors
    expect(gitleaks).toMatchObject({ id: 'acme-secret', keywords: ['acmes_'], entropy: 3, secretGroup: 1 })
    expect(detector).toMatchObject({ name: 'acme-secret', keywords: ['acmes_'], entropy: 3 })
    expect(detector?.regex).toEqual({ secret: gitleaks['regex'] })
    expect(detector?.verify).toEqual([{ endpoint: verifyUrl, successRanges: ['200'], rotatedRanges: ['401', '403'] }])
    expect(JSON.parse(rules.secretlint).rules[0].options.patterns[0].patterns).toEqual([`/${gitleaks['regex']}/`])
    expect(gitleaks['regex']).toContain(`(${rules.github.secretFormat})`)
    expect(rules.patterns.secret).toBe('\\bacmes_(?:live|test)_[0-9A-Za-z]{49}\\b')
    expect(rules.patterns.id).toBe('\\bacmek_(?:live|test)_[0-9A-Za-z]{20}\\b')
  })

  it('name no endpoint without one', () => {
    const [detector] = readYaml(scannerRules({ prefix: 'acme' }).trufflehog).detectors
    expect(detector).not.toHaveProperty('verify')
  })

  it('use what RE2, Hyperscan and JavaScript read alike: no look-around, backreference, lazy or possessive part', () => {
    for (const expression of expressions()) {
      expect(expression).not.toMatch(/\(\?(?!:)|\\[1-9]|\\[kKRXGZQEC]|[*+?}][+?]|\[:|\\[pP]|'/)
      for (const [, max] of expression.matchAll(/\{(\d+)(?:,\d+)?\}/g)) expect(Number(max)).toBeLessThanOrEqual(1_000)
      expect(() => new RegExp(expression.replaceAll('\\A', '^').replaceAll('\\z', '$'), 'u')).not.toThrow()
    }
  })

  it.each([
    ['', undefined],
    ['s', undefined],
    ['Acme', undefined],
    ["a'''\nx", undefined],
    ['acme', 'http://api.example.com/check'],
    ['acme', 'https://user:pass@api.example.com/'],
    ['acme', "nothing'''"],
    ['acme', 'https://api.example.com/#x'],
    ['acme', 7 as never],
  ])('refuse prefix %j with URL %j', (prefix, url) => {
    let error: unknown
    try {
      scannerRules({ prefix, ...(url === undefined ? {} : { verifyUrl: url }) })
    } catch (thrown) {
      error = thrown
    }
    expect(isCountersignError(error, 'CONFIG_INVALID')).toBe(true)
    expect(String(error)).not.toContain('pass@')
  })

  it('cannot be broken out of by a URL', () => {
    const { trufflehog } = scannerRules({ prefix: 'acme', verifyUrl: "https://example.com/\"\n- x: 'y'?a=\u2028" })
    const [detector] = readYaml(trufflehog).detectors
    expect(readYaml(trufflehog).detectors).toHaveLength(1)
    expect(detector?.verify?.[0]).toHaveProperty('endpoint', new URL("https://example.com/\"\n- x: 'y'?a=\u2028").href)
  })
})

describe.each(Object.entries(SCANS))('%s, as its rules read', (_, scan) => {
  it.each(fixtures('leaky'))('finds every secret of $name and nothing else', ({ text, secrets }) => {
    expect(secrets.length).toBeGreaterThan(0)
    expect(scan(text)).toEqual(secrets)
  })

  it.each(fixtures('clean'))('finds nothing in $name', ({ text }) => {
    expect(scan(text)).toEqual([])
  })

  it('finds 2 000 secrets between whatever stands around them', () => {
    const before = [
      '',
      ' ',
      '\n',
      '"',
      "'",
      '`',
      '=',
      ':',
      '(',
      '_',
      '\\n',
      '\\t',
      '%3D',
      '=3D',
      '\\u0026',
      '\u001b[31m',
      'é',
      '/',
      '>',
    ]
    const after = [
      '',
      ' ',
      '\n',
      '"',
      "'",
      '`',
      ';',
      ',',
      ')',
      '_',
      '\\n',
      '%26',
      '\\u0026',
      '\u001b[0m',
      'é',
      '@',
      '<',
    ]
    for (let i = 0; i < 2_000; i++) {
      const secret = newSecretText({ prefix: 'acme' }, i % 2 === 0 ? 'live' : 'test')
      const text = `${before[i % before.length]}${secret}${after[i % after.length]}`
      expect(scan(text), text).toEqual([secret])
      expect(scan(newKeyId({ prefix: 'acme' }, 'live'))).toEqual([])
    }
  })
})

it('secrets have far more entropy than the rules ask for', () => {
  const least = Math.min(...Array.from({ length: 5_000 }, () => entropyOf(newSecretText({ prefix: 'acme' }, 'live'))))
  expect(least).toBeGreaterThan(4)
})

describe('secretlint itself', () => {
  const run = async ({ name, text }: Pick<Fixture, 'name' | 'text'>): Promise<string[]> => {
    const [{ options, id }] = JSON.parse(rules.secretlint).rules
    const { messages } = await lintSource({
      source: { content: text, filePath: `/${name}`, ext: '.txt', contentType: 'text' },
      options: { config: { rules: [{ id, rule: creator, options }] } },
    })
    return messages.map(({ range: [start, end] }) => text.slice(start, end))
  }

  it.each(fixtures('leaky'))('finds every secret of $name and nothing else', async (fixture) => {
    const found = await run(fixture)
    expect(found.map((each) => /acmes_(?:live|test)_[0-9A-Za-z]{49}/.exec(each)?.[0])).toEqual(fixture.secrets)
  })

  it.each(fixtures('clean'))('finds nothing in $name', async (fixture) => {
    expect(await run(fixture)).toEqual([])
  })
})

/** Runs a body where a program is, and says so where it is not. */
function describeProgram(program: string, found: boolean, body: () => void): void {
  if (found) {
    describe(`${program} itself`, body)
    return
  }
  console.warn(`SKIPPED (no ${program} on this machine): its own reading of the rules`)
  describe.skip(`${program} itself [SKIPPED: no ${program} on this machine]`, () =>
    it('these tests were not run', body))
}

const gitleaks = process.env['GITLEAKS'] ?? 'gitleaks'
describeProgram('gitleaks', spawnSync(gitleaks, ['version']).status === 0, () => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'countersign-gitleaks-'))
    writeFileSync(join(root, 'rules.toml'), rules.gitleaks)
  })
  afterAll(() => rmSync(root, { recursive: true }))

  const run = (name: string, files: readonly Fixture[]): { RuleID: string; Secret: string; File: string }[] => {
    const directory = join(root, name)
    mkdirSync(directory)
    for (const file of files) writeFileSync(join(directory, file.name), file.text)
    const report = join(root, `${name}.json`)
    const { status, stderr } = spawnSync(
      gitleaks,
      [
        'dir',
        directory,
        '--config',
        join(root, 'rules.toml'),
        '--report-path',
        report,
        '--no-banner',
        '--exit-code',
        '7',
      ],
      { encoding: 'utf8' },
    )
    expect([0, 7], stderr).toContain(status)
    return JSON.parse(readFileSync(report, 'utf8'))
  }

  it('finds every secret of the leaky files and nothing else by this rule', () => {
    const files = fixtures('leaky')
    const found = run('leaky', files).filter(({ RuleID }) => RuleID === 'acme-secret')
    // It reads "%3D" both as it is and decoded, and reports what it finds twice.
    const distinct = [...new Set(found.map(({ Secret }) => Secret))]
    expect(distinct.sort()).toEqual(files.flatMap(({ secrets }) => secrets).sort())
  })

  it('finds nothing by this rule in the clean files, and takes no id for a secret by any other', () => {
    const found = run('clean', fixtures('clean'))
    expect(found.filter(({ RuleID }) => RuleID === 'acme-secret')).toEqual([])
    expect(found.filter(({ Secret }) => Secret.includes('acmek_'))).toEqual([])
    // Its own rules are still on.
    expect(found.map(({ RuleID }) => RuleID)).toContain('stripe-access-token')
  })
})

describeProgram('Go', spawnSync('go', ['version']).status === 0, () => {
  it('compiles every expression that RE2 will read, and finds with them what JavaScript finds', () => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-go-'))
    writeFileSync(
      join(directory, 'main.go'),
      `package main
import ("encoding/json"; "os"; "regexp")
func main() {
  var in struct{ Expressions []string; Text string }
  if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil { panic(err) }
  out := [][]string{}
  for _, each := range in.Expressions { out = append(out, append([]string{}, regexp.MustCompile(each).FindAllString(in.Text, -1)...)) }
  json.NewEncoder(os.Stdout).Encode(out)
}
`,
    )
    const text = [...fixtures('leaky'), ...fixtures('clean')].map((each) => each.text).join('\n')
    const all = expressions()
    const output = execFileSync('go', ['run', join(directory, 'main.go')], {
      input: JSON.stringify({ Expressions: all, Text: text }),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    rmSync(directory, { recursive: true })
    // The two count an empty match at the end of the text in their own ways.
    const comparable = (_: unknown, index: number): boolean => !/\\[Az]/.test(all[index] as string)
    const ours = all.map((each) => [
      ...text.matchAll(new RegExp(each.replaceAll('\\A', '^').replaceAll('\\z', '$'), 'gu')),
    ])
    expect(JSON.parse(output).filter(comparable)).toEqual(
      ours.map((matches) => matches.map(([match]) => match)).filter(comparable),
    )
  })
})
