import { assertOptions, invalid, isInteger, type OptionNames } from '../errors.js'
import type { HeaderSchemeOptions } from '../schemes/header/header-scheme.js'
import type { ClientFile, ClientScheme, ClientTemplate } from './template.js'

/** What a service requires of signatures by RFC 9421, as far as it differs from the preset. */
export interface Rfc9421Settings {
  readonly covered?: readonly string[]
  readonly whenPresent?: readonly string[]
  readonly label?: string
  readonly tag?: string
  /** Whole seconds from `created` to `expires`; 0 states no end. */
  readonly expiresIn?: number
}

/** What every client holds besides. */
export interface ClientPlace {
  /** Stands in the examples in place of `https://api.example.com`. */
  readonly origin?: string
  /** What the names of environment variables begin with in place of `SIGNING_`: `ACME_`. */
  readonly envPrefix?: string
}

/** The description of a header scheme, as far as a client needs it. */
export type HeaderSettings = Omit<HeaderSchemeOptions, 'id' | 'algorithms' | 'accept'>

type Value = string | number | readonly string[]

const RFC9421: OptionNames<Rfc9421Settings> = { covered: 1, whenPresent: 1, label: 1, tag: 1, expiresIn: 1 }
const PLACE: OptionNames<ClientPlace> = { origin: 1, envPrefix: 1 }
const DERIVED = ['@method', '@authority', '@scheme', '@path', '@query', '@request-target', '@target-uri']
const FIELD = /^[a-z0-9_-]{1,64}$/
/** Printable, and special in no language's strings. */
const TEXT = /^[ !&()*+,\-./0-9:;<=>?@A-Z[\]^_a-z|~]*$/
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d+)?$/
const PREFIX = /^(?:[A-Z][A-Z0-9]{0,31}_){1,4}$/

/**
 * The client of a language for a service whose policy requires something else than the preset of RFC 9421. Only the lines between
 * `settings:` and `end of settings` change, and the names of the origin and of the environment variables.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a component that these clients cannot cover (one with parameters), and for a text
 *   with characters that are special in one of the languages.
 * @internal
 */
export function fillRfc9421(
  template: ClientTemplate,
  settings: Rfc9421Settings,
  place: ClientPlace = {},
): readonly ClientFile[] {
  assertOptions('fillClient', settings, RFC9421)
  for (const name of ['covered', 'whenPresent'] as const) {
    const odd = settings[name]?.find((one) => !DERIVED.includes(one) && !FIELD.test(one))
    if (odd !== undefined)
      invalid('fillClient', `"${name}" must hold names without parameters, got ${JSON.stringify(odd)}`)
    if (settings[name]?.length === 0) invalid('fillClient', `"${name}" must not be empty`)
  }
  const { expiresIn = 0 } = settings
  if (!isInteger(expiresIn, 0)) invalid('fillClient', '"expiresIn" must be whole seconds')
  return filled(template, 'rfc9421', { ...settings }, place)
}

/** As {@link fillRfc9421}, for a scheme of `defineHeaderScheme`, by its own description. @internal */
export function fillHeaderScheme(
  template: ClientTemplate,
  settings: HeaderSettings,
  place: ClientPlace = {},
): readonly ClientFile[] {
  const { headers, base, separator = '\n', timestamp = 'ms', encoding = 'hex', prefix = '' } = settings
  const values = {
    keyHeader: headers.key,
    timeHeader: headers.timestamp,
    nonceHeader: headers.nonce ?? '',
    signatureHeader: headers.signature,
    digestHeader: headers.bodyDigest ?? '',
    base,
    timeUnit: timestamp,
    encoding,
    prefix,
    // A line feed is written differently everywhere, and stands there already.
    ...(separator !== '\n' && { separator }),
  }
  return filled(template, 'header-scheme', values, place)
}

function filled(
  { id, files }: ClientTemplate,
  scheme: ClientScheme,
  values: Readonly<Record<string, Value | undefined>>,
  place: ClientPlace,
): readonly ClientFile[] {
  assertOptions('fillClient', place, PLACE)
  const { origin = 'https://api.example.com', envPrefix = 'SIGNING_' } = place
  if (!ORIGIN.test(origin)) invalid('fillClient', '"origin" must be a scheme and a host in lower case')
  if (!PREFIX.test(envPrefix)) invalid('fillClient', '"envPrefix" must be capitals that end in "_"')
  const list = files[scheme] ?? invalid('fillClient', `there is no client of "${id}" for "${scheme}"`)
  return list.map(({ name, text }, at) => ({
    name,
    text: (at === 0 ? withValues(text, values) : text)
      .replaceAll('SIGNING_', envPrefix)
      .replaceAll('https://api.example.com', origin),
  }))
}

const SETTINGS = /^([^\n]*\bsettings: [^\n]*\n)([\s\S]*?)(?=^[^\n]*\bend of settings\b)/m
const plain = (name: string): string => name.replace(/[_-]/g, '').toLowerCase()

function withValues(text: string, values: Readonly<Record<string, Value | undefined>>): string {
  return text.replace(SETTINGS, (_, head: string, body: string) => {
    const lines = body.split('\n')
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue
      const at = lines.findIndex((line) => namesOf(line).includes(plain(name)))
      if (at === -1) invalid('fillClient', `the client has no setting "${name}"`)
      lines[at] = withValue(name, lines[at] as string, value)
    }
    return head + lines.join('\n')
  })
}

const namesOf = (line: string): readonly string[] => (/^[^=]*/.exec(line)?.[0].match(/[\w-]+/g) ?? []).map(plain)

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g

function withValue(name: string, line: string, value: Value): string {
  if (typeof value === 'number') return line.replace(/\d+(?=\D*$)/, String(value))
  const texts = typeof value === 'string' ? [value] : value
  const odd = texts.find((one) => !TEXT.test(one))
  if (odd !== undefined) invalid('fillClient', `"${name}" holds characters that are special in other languages`)
  const found = [...line.matchAll(QUOTED)]
  const [first, second] = found
  const last = found.at(-1)
  if (first === undefined || last === undefined)
    return invalid('fillClient', `the setting "${name}" of the client holds no text`)
  const quote = first[0].charAt(0)
  const between = second === undefined ? ', ' : line.slice(first.index + first[0].length, second.index)
  const items = texts.map((one) => quote + one + quote).join(between)
  return line.slice(0, first.index) + items + line.slice(last.index + last[0].length)
}
