import { assertOptions, fail, urlKind } from '../../errors.js'
import { assertPrefix, CHECKSUM_LENGTH, ID_LENGTH, type KeyFormat, SECRET_LENGTH } from '../record/key-format.js'

/** The rules of one prefix, as each scanner reads them. */
export interface ScannerRules {
  /** A `.gitleaks.toml` that adds to the default rules. */
  readonly gitleaks: string
  /** A `config.yaml` for `trufflehog … --config`. */
  readonly trufflehog: string
  /** A `.secretlintrc.json` that needs `@secretlint/secretlint-rule-pattern`. */
  readonly secretlint: string
  /** For GitHub's form of custom patterns, and for an application to its partner program. */
  readonly github: GithubPattern
  /** The two bare expressions, for a search by hand. Ids are public: finding one is information, not a leak. */
  readonly patterns: { readonly secret: string; readonly id: string }
}

// A boundary alone overlooks secrets in escaped text, where a letter stands before them: "\n" and "\u0026" of JSON and
// source code, "%3D" of a URL, "=3D" of an e-mail, and the "[32m" that colours a log.
const BEFORE = [
  '_',
  '\\\\[abfnrtv0]',
  '\\\\u[0-9A-Fa-f]{4}',
  '\\\\x[0-9A-Fa-f]{2}',
  '[%=][0-9A-Fa-f]{2}',
  '\\[[0-9;]{1,15}m',
]

const LETTERS = SECRET_LENGTH + CHECKSUM_LENGTH

function ruleOf(prefix: string, verifyUrl: string | undefined): ScannerRule {
  const form = (kind: 'k' | 's', length: number): string => `${prefix}${kind}_(?:live|test)_[0-9A-Za-z]{${length}}`
  return {
    id: `${prefix}-secret`,
    description: `A secret of ${prefix}: anyone who has it can sign requests. Revoke it.`,
    keyword: `${prefix}s_`,
    before: BEFORE,
    after: ['_'],
    secret: form('s', LETTERS),
    publicId: form('k', ID_LENGTH),
    // XXXX, 0000, YOUR_KEY, 0123…abcdef: of 49 random letters and digits, capitals or small letters are missing once in
    // 10^11 times. Other placeholders have a wrong checksum, which no scanner computes.
    placeholder: `_(?:[0-9A-Z]{${LETTERS}}|[0-9a-z]{${LETTERS}})$`,
    entropy: 3,
    verifyUrl,
  }
}

/** Not `http:`, and no user in it: scanners send found secrets there, and the file is public. */
function checkedUrl(verifyUrl: unknown): string | undefined {
  if (verifyUrl === undefined) return undefined
  const url = typeof verifyUrl === 'string' && URL.canParse(verifyUrl) ? new URL(verifyUrl) : undefined
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '') return url.href
  fail(
    'CONFIG_INVALID',
    `"verifyUrl" must be an https URL without user, password or fragment, got ${urlKind(verifyUrl)}`,
  )
}

/**
 * Rules with which secret scanners find the secrets of a prefix: gitleaks, TruffleHog, secretlint and GitHub, all made from
 * one description. They match prefix, length and alphabet; placeholders such as `acmes_live_XXXX…` are left out. Only
 * {@link isWellFormedSecret} checks the checksum as well, so call it before you page an operator.
 *
 * `verifyUrl` is for TruffleHog, which posts what it found as JSON, `{ "acme-secret": { "secret": […] } }`, the secret
 * being the last text of the list: answer 200 while it can be used, 401 or 403 once it cannot.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a bad prefix or `verifyUrl`.
 * @see {@link https://github.com/gitleaks/gitleaks#configuration | gitleaks, configuration}
 * @see {@link https://github.com/trufflesecurity/trufflehog/blob/main/pkg/custom_detectors/CUSTOM_DETECTORS.md | TruffleHog, custom detectors}
 * @see {@link https://docs.github.com/en/code-security/reference/secret-security/custom-patterns | GitHub, custom patterns}
 * @example
 * ```ts
 * import { scannerRules } from 'countersign/keyring'
 *
 * const { gitleaks, secretlint } = scannerRules({ prefix: 'acme' })
 * console.log(gitleaks) // into .gitleaks.toml
 * console.log(secretlint) // into .secretlintrc.json
 * ```
 */
export function scannerRules(options: KeyFormat & { readonly verifyUrl?: string }): ScannerRules {
  assertOptions('scannerRules', options, { prefix: 1, verifyUrl: 1 })
  const { prefix, verifyUrl } = options ?? {}
  assertPrefix(prefix)
  const rule = ruleOf(prefix, checkedUrl(verifyUrl))
  return {
    gitleaks: RENDER.gitleaks(rule),
    trufflehog: RENDER.trufflehog(rule),
    secretlint: RENDER.secretlint(rule),
    github: RENDER.github(rule),
    patterns: { secret: `\\b${rule.secret}\\b`, id: `\\b${rule.publicId}\\b` },
  }
}

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
  /** Name of the pattern. */
  readonly name: string
  /** What a secret looks like, as a regular expression. */
  readonly secretFormat: string
  /** What stands before it. */
  readonly beforeSecret: string
  /** What stands behind it. */
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

/** Its three fields are joined without a boundary: "\A" and "\z" are the ends of the text, as in GitHub's defaults. */
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
