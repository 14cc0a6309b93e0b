import { codeFor, type GuideCode, type Place } from './code.js'
import { demandsOf } from './demands-of.js'
import { type Block, heading, text } from './document.js'
import { exampleOf } from './example.js'
import { articleOf, pageOf } from './html.js'
import { markdownOf } from './markdown.js'
import { assertGuideOptions, type ClientGuideOptions, originOf } from './options.js'
import { codeSection, keySection, refusalSection, signedParts, summary, worked } from './sections.js'

/** The page of a service that shows how to sign requests for it. */
export interface ClientGuide {
  /** CommonMark with tables. */
  readonly markdown: string
  /** A separate page, without script and style. */
  readonly html: string
  /** The same as one element, for a page that is there already. */
  readonly article: string
  /** The programs of the page, by scheme and language. */
  readonly code: readonly GuideCode[]
}

/**
 * The page "How to sign requests" of a service, as Markdown and HTML, written from the policy of its verifier: what is signed,
 * window, nonce, limits, what refusals mean, and complete programs in each language, set for this policy. Its example is signed
 * by the code that verifies, so page and verifier cannot disagree.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a policy that the clients cannot serve, with the reason; for a language or a
 *   scheme that there is no client for; and for an origin that the policy would refuse.
 * @example
 * ```ts
 * import { clientGuide } from 'countersign/guide'
 * import { strictPolicy } from 'countersign/server'
 *
 * const policy = strictPolicy({ authorities: ['api.example.com'] })
 * const { markdown, html, code } = clientGuide({ policy, languages: ['python', 'go'], brand: { name: 'Example' } })
 * console.log(markdown, html.length, code[0]?.files[0]?.text)
 * ```
 */
export function clientGuide(options: ClientGuideOptions): ClientGuide {
  assertGuideOptions(options)
  const { policy, languages, keyId = 'bot-1', envPrefix = 'SIGNING_', brand = {} } = options
  const all = demandsOf(options.schemes, policy)
  const place: Place = { origin: originOf(options, policy), envPrefix }
  const title = brand.name === undefined ? 'How to sign requests' : `How to sign requests to ${brand.name}`
  const code = all.map((demands) => codeFor(demands, languages, place))
  const sections = all.flatMap((demands, at): readonly Block[] => {
    const own = all.length === 1 ? '' : ` (${demands.id})`
    const id = (name: string): string => (all.length === 1 ? name : `${name}-${demands.id}`)
    const nonce = demands.kind === 'rfc9421' || demands.settings.headers.nonce !== undefined
    return [
      heading(2, id('in-short'), `In short${own}`),
      summary(demands, nonce),
      heading(2, id('signed'), `What is signed${own}`),
      ...signedParts(demands),
      heading(2, id('example'), `An example${own}`),
      ...worked(exampleOf(demands, place.origin, keyId)),
      heading(2, id('key'), `Your key${own}`),
      ...keySection(demands, place, keyId),
      heading(2, id('code'), `Code${own}`),
      ...codeSection(code[at] as readonly GuideCode[], demands, place),
      heading(2, id('refusals'), `When a request is refused${own}`),
      ...refusalSection(demands, brand.support),
    ]
  })
  const blocks: readonly Block[] = [
    heading(1, 'how-to-sign', title),
    text(
      'Every request is signed: the signature proves who sent it and that nothing was changed on its way, and each request counts once.',
    ),
    ...sections,
  ]
  const article = articleOf(blocks)
  return { markdown: markdownOf(blocks), html: pageOf(title, article, brand.stylesheet), article, code: code.flat() }
}
