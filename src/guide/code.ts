import { fillHeaderScheme, fillRfc9421 } from '../clients/fill.js'
import type { ClientFile, ClientTemplate } from '../clients/template.js'
import { CLIENTS } from '../clients/templates.js'
import type { KeyAlgorithm } from '../crypto/algorithm.js'
import { invalid, isCountersignError } from '../errors.js'
import type { Demands } from './demands.js'
import { nodeClient } from './node-client.js'
import { LANGUAGES, NODE } from './options.js'

/** The client of one language for one scheme of the service, ready to run. */
export interface GuideCode {
  /** The id of the scheme. */
  readonly scheme: string
  /** The language, such as `python`. */
  readonly language: string
  /** `Python` */
  readonly name: string
  /** The word after the fence of a Markdown block. */
  readonly syntax: string
  /** What it runs on. */
  readonly needs: string
  /** Of its keys, as far as the policy allows them. */
  readonly algorithms: readonly KeyAlgorithm[]
  /** The command line; method, URL, body and header lines follow. */
  readonly run: string
  /** The file itself, and then those that it needs beside it. */
  readonly files: readonly ClientFile[]
}

export interface Place {
  readonly origin: string
  readonly envPrefix: string
}

const fileOf = (template: ClientTemplate, demands: Demands, place: Place): readonly ClientFile[] =>
  demands.kind === 'rfc9421'
    ? fillRfc9421(template, demands.settings, place)
    : fillHeaderScheme(template, demands.settings, place)

/** The client of one language, or why it cannot serve these demands. */
function clientOf(language: string, demands: Demands, place: Place): GuideCode | string {
  const template = CLIENTS.find(({ id }) => id === language)
  const about = template ?? NODE
  const algorithms = about.algorithms.filter((one) => demands.algorithms.includes(one))
  if (algorithms.length === 0)
    return `it signs with ${about.algorithms.join(' and ')}, and the policy allows ${demands.algorithms.join(', ')}`
  if (template !== undefined && template.files[demands.kind] === undefined) return 'it has no client for this scheme'
  try {
    const files =
      template === undefined
        ? [{ name: 'sign.mjs', text: nodeClient(demands, place.origin, place.envPrefix) }]
        : fileOf(template, demands, place)
    const { id, name, syntax, needs, run } = about
    const main = files[0]?.name ?? ''
    return {
      ...{ scheme: demands.id, language: id, name, syntax, needs, algorithms },
      run: run.replace('FILE', main).replace('SCHEME', demands.kind),
      files,
    }
  } catch (error) {
    if (isCountersignError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
}

/**
 * The clients that are asked for; without a list, all that can serve the policy.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for one that is asked for and cannot, and where none can.
 */
export function codeFor(demands: Demands, asked: readonly string[] | undefined, place: Place): readonly GuideCode[] {
  const all = (asked ?? LANGUAGES).map((language) => [language, clientOf(language, demands, place)] as const)
  const made = all.map(([, one]) => one).filter((one) => typeof one !== 'string')
  const lacking = all.find(([, one]) => typeof one === 'string')
  if (lacking !== undefined && (asked !== undefined || made.length === 0))
    invalid('clientGuide', `the client "${lacking[0]}" cannot serve "${demands.id}": ${lacking[1]}`)
  return made
}
