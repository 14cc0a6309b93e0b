/**
 * The secrets of a prefix, as every scanner needs them. Regular expressions are of the part that RE2, Hyperscan and
 * JavaScript read alike: no look-around, no backreference, no flags.
 */
export interface ScannerRule {
  readonly id: string
  readonly description: string
  /** Lower case: scanners search for it first, in lower-cased text. */
  readonly keyword: string
  /** What may stand before and behind the secret, as alternatives; a word boundary is always one. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** The secret itself. */
  readonly secret: string
  /** The public id of a key. It is no finding; scanners with general rules get it as an exception. */
  readonly publicId: string
  /** A secret-shaped text that was typed by hand, tested against the secret alone. */
  readonly placeholder: string
  /** Bits a character, Shannon; a real secret has about 5. */
  readonly entropy: number
  /** Where a scanner may ask whether a secret is still good. */
  readonly verifyUrl: string | undefined
}

/** One custom pattern of GitHub secret scanning, field by field as its form asks for them. */
export interface GithubPattern {
  readonly name: string
  readonly secretFormat: string
  readonly beforeSecret: string
  readonly afterSecret: string
  /** "Additional match requirements", each as "secret must not match". */
  readonly mustNotMatch: readonly string[]
}

/** The secret as a group, with what may stand around it. */
const pattern = ({ before, secret, after }: ScannerRule): string =>
  `(?:\\b|${before.join('|')})(${secret})(?:\\b|${after.join('|')})`

/**
 * TOML literal strings take a backslash as it is. The default rules stay on, except that none may report an id, as the
 * general one for keys would. No rule is named: a file that has not got it would not load.
 */
const gitleaks = (rule: ScannerRule): string => `title = "${rule.id}"

[extend]
useDefault = true

[[rules]]
id = "${rule.id}"
description = "${rule.description}"
regex = '''${pattern(rule)}'''
secretGroup = 1
entropy = ${rule.entropy}
keywords = ["${rule.keyword}"]

[[rules.allowlists]]
description = "placeholders"
regexes = ['''${rule.placeholder}''']

[[allowlists]]
description = "ids are public"
regexes = ['''^${rule.publicId}$''']
`

/** The exclusion sees the whole match, with what stands around the secret. */
const trufflehog = (rule: ScannerRule): string => `detectors:
  - name: ${rule.id}
    description: '${rule.description}'
    keywords:
      - ${rule.keyword}
    regex:
      secret: '${pattern(rule)}'
    entropy: ${rule.entropy}
    exclude_regexes_match:
      - '${rule.placeholder.replace(/\$$/, `(?:$|${rule.after.join('|')})`)}'
${verification(rule)}`

// JSON is YAML: the URL needs no quoting of its own.
const verification = ({ verifyUrl }: ScannerRule): string =>
  verifyUrl === undefined
    ? ''
    : `    verify:
      - endpoint: ${JSON.stringify(verifyUrl)}
        successRanges:
          - '200'
        rotatedRanges:
          - '401'
          - '403'
`

/** Secretlint allows by the whole match, and has no entropy. */
const secretlint = (rule: ScannerRule): string =>
  `${JSON.stringify(
    {
      rules: [
        {
          id: '@secretlint/secretlint-rule-pattern',
          options: {
            patterns: [{ name: rule.id, patterns: [`/${pattern(rule)}/`] }],
            allows: [`/${rule.placeholder.replace(/\$$/, `(?:$|${rule.after.join('|')})`)}/`],
          },
        },
      ],
    },
    null,
    2,
  )}\n`

/** Its three fields are joined without a boundary: "\A" and "\z" are the ends of the text, as in GitHub's own defaults. */
const github = (rule: ScannerRule): GithubPattern => ({
  name: rule.id,
  secretFormat: rule.secret,
  beforeSecret: `\\A|[^0-9A-Za-z]|${rule.before.filter((each) => each !== '_').join('|')}`,
  afterSecret: '\\z|[^0-9A-Za-z]',
  mustNotMatch: [rule.placeholder],
})

/** One rule in the words of each scanner. */
export const RENDER: {
  readonly gitleaks: (rule: ScannerRule) => string
  readonly trufflehog: (rule: ScannerRule) => string
  readonly secretlint: (rule: ScannerRule) => string
  readonly github: (rule: ScannerRule) => GithubPattern
} = { gitleaks, trufflehog, secretlint, github }
