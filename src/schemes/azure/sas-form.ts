import { fail } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { DELEGATED_NAMES, delegatedLines, isDelegated, REQUEST_NAMES, signsRequest } from './delegation-form.js'
import { decodedPath, queryPairs } from './request.js'
import { NO_PARTS, type RequestTexts } from './sas-request-parts.js'
import type { SasValues } from './sas-values.js'

/*
 * Shared access signatures: a URL with its permissions in it. Sources: "Create an account SAS" and "Create a service SAS" of the
 * Azure Storage REST reference.
 */

/** The services whose resources a SAS can be for. */
export type SasService = 'blob' | 'file' | 'queue' | 'table'

/** The letter of each service in `ss` of an account SAS. */
export const SERVICE_LETTERS: Readonly<Record<SasService, string>> = { blob: 'b', file: 'f', queue: 'q', table: 't' }

/** The parameters of a SAS, in the order in which the official packages write them. */
export const SAS_NAMES: readonly string[] = [
  ...['sv', 'ss', 'srt', 'spr', 'st', 'se', 'sip', 'si', 'ses', 'sr', 'sdd', 'sp', 'tn', 'spk', 'srk', 'epk', 'erk'],
  ...DELEGATED_NAMES,
  ...['rscc', 'rscd', 'rsce', 'rscl', 'rsct', 'sig'],
]

const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([...SAS_NAMES, ...REQUEST_NAMES, 'snapshot', 'versionid'])

const OVERRIDES = ['rscc', 'rscd', 'rsce', 'rscl', 'rsct']

/** The first version that signs what kind of resource it is, and the first that signs an encryption scope. */
export const SIGNS_RESOURCE = '2018-11-09'
export const SIGNS_SCOPE = '2020-12-06'

/** What follows the version in the text of each service. `snapshot` stands for the time or version of a blob. */
const TAILS: Readonly<Record<SasService, (version: string) => readonly string[]>> = {
  blob: (version) =>
    version >= SIGNS_SCOPE
      ? ['sr', 'snapshot', 'ses', ...OVERRIDES]
      : version >= SIGNS_RESOURCE
        ? ['sr', 'snapshot', ...OVERRIDES]
        : OVERRIDES,
  file: () => OVERRIDES,
  queue: () => [],
  table: () => ['spk', 'srk', 'epk', 'erk'],
}

const of = (values: SasValues, name: string): string => values.get(name) ?? ''

/** The text of an account SAS, which holds nothing of a request. */
export function accountText(values: SasValues, account: string): string {
  const scope = of(values, 'sv') >= SIGNS_SCOPE ? ['ses'] : []
  const names = ['sp', 'ss', 'srt', 'st', 'se', 'sip', 'spr', 'sv', ...scope]
  return `${[account, ...names.map((name) => of(values, name))].join('\n')}\n`
}

/** The text of a service SAS for a resource. */
export function serviceText(
  values: SasValues,
  service: SasService,
  resource: string,
  parts: RequestTexts = NO_PARTS,
): string {
  const moment = of(values, 'sr') === 'bv' ? 'versionid' : of(values, 'sr') === 'bs' ? 'snapshot' : ''
  const version = of(values, 'sv')
  const tail = TAILS[service](version).map((name) => of(values, name === 'snapshot' ? moment : name))
  const head = ['sp', 'st', 'se'].map((name) => of(values, name))
  const middle = ['sip', 'spr', 'sv'].map((name) => of(values, name))
  if (!isDelegated(values)) return [...head, resource, of(values, 'si'), ...middle, ...tail].join('\n')
  const demanded = signsRequest(version) ? parts : []
  const overrides = tail.splice(-OVERRIDES.length)
  return [...head, resource, ...delegatedLines(values), ...middle, ...tail, ...demanded, ...overrides].join('\n')
}

const FORBIDDEN = 'the path does not name what the SAS is for'

/**
 * The canonical name of what a SAS is for, as far as the path of the request names it: `/blob/account/container/name`.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`, `AUTH_MALFORMED`.
 */
export function resourceOf(
  { target }: HttpRequest,
  values: SasValues,
  service: SasService,
  account: string,
  pathStyle: boolean,
): string {
  const segments = decodedPath(target).split('/').slice(1)
  // In the path of an emulator the account comes first, and it does not count.
  if (pathStyle && segments.shift() !== account) return fail('AUTH_MALFORMED', 'the path does not name the account')
  const root = `/${service}/${account}`
  // Names of tables have either case on the wire, and one in what is signed.
  if (service === 'table') {
    const table = of(values, 'tn').toLowerCase()
    // The parameter is what is signed, and the path is what is asked for: `/Employees(PartitionKey='a',RowKey='b')`.
    if (table === '' || segments[0]?.split('(', 1)[0]?.toLowerCase() !== table) fail('AUTH_MALFORMED', FORBIDDEN)
    return `${root}/${table}`
  }
  if (service === 'queue') return `${root}/${segments[0] || fail('AUTH_MALFORMED', FORBIDDEN)}`
  const kind = of(values, 'sr')
  const [first = ''] = segments
  if (first === '') return fail('AUTH_MALFORMED', FORBIDDEN)
  if (kind === 'c' || kind === 's') return `${root}/${first}`
  if (kind === 'd') {
    const depth = /^[1-9]\d{0,2}$/.test(of(values, 'sdd'))
      ? Number(of(values, 'sdd'))
      : fail('AUTH_MALFORMED', FORBIDDEN)
    if (segments.length <= depth) fail('AUTH_MALFORMED', FORBIDDEN)
    return `${root}/${segments.slice(0, depth + 1).join('/')}`
  }
  if (segments.length === 1) return service === 'blob' ? `${root}/$root/${first}` : fail('AUTH_MALFORMED', FORBIDDEN)
  return `${root}/${segments.join('/')}`
}

/** What `sr` may be, by service. */
export const RESOURCES: Readonly<Record<SasService, readonly string[]>> = {
  blob: ['b', 'bv', 'bs', 'c', 'd'],
  file: ['f', 's'],
  queue: [],
  table: [],
}

/** What of the parameters a URL has, by name. @throws {CountersignError} `AUTH_DUPLICATE`. */
export function sasValues({ target }: Pick<HttpRequest, 'target'>): Map<string, string> {
  const found = new Map<string, string>()
  if (!target.includes('?')) return found
  for (const [name, value] of queryPairs(target)) {
    if (!KNOWN.has(name)) continue
    if (found.has(name)) fail('AUTH_DUPLICATE', `parameter "${name}" is repeated`)
    if (value.length > MAX_VALUE) fail('AUTH_TOO_LARGE', `parameter "${name}" is too long`)
    found.set(name, value)
  }
  return found
}

const MAX_VALUE = 4_096
