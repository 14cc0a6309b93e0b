import { isCountersignError } from '../../errors.js'
import { combinedValue } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { rfc9421Mistakes } from '../../schemes/rfc9421/mistakes/mistakes.js'
import { type BaseState, baseText } from '../../schemes/rfc9421/mistakes/state.js'
import { profileProblems, unreadableAgent } from '../../schemes/rfc9421/profiles/hypotheses.js'
import { rfc9421Verifier } from '../../schemes/rfc9421/verifier.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Finding } from '../diagnosis.js'
import { proven } from '../finding.js'
import type { Subject } from '../search.js'
import { agentFindings, coverageFindings } from './coverage.js'
import { digestFindings } from './digest.js'
import { forbidden, spelt } from './forbidden.js'
import { sameLabel } from './labels.js'
import { stateOf } from './state.js'
import { timeFindings } from './time.js'

/** One signature of a message, read; or why it cannot be. */
export interface Rfc9421Reading {
  readonly signature: UntrustedSignature | undefined
  readonly subject: Subject<BaseState> | undefined
  readonly findings: readonly Finding[]
}

/** True where the field is there that RFC 9421 alone has. */
export const statesComponents = ({ fields }: HttpRequest): boolean =>
  combinedValue(fields, 'signature-input') !== undefined

/** True where one of the fields of RFC 9421 is there. */
export const hasRfc9421 = (request: HttpRequest): boolean =>
  statesComponents(request) || combinedValue(request.fields, 'signature') !== undefined

/** Whether the request may be one of a profile: what is known of them is read for such alone. */
const namesProfile = ({ tag }: UntrustedSignature, { fields }: HttpRequest): boolean =>
  tag !== undefined || ['signature-agent', 'ucp-agent'].some((name) => combinedValue(fields, name) !== undefined)

const KEY_ID: Finding = /* @__PURE__ */ proven(
  'parameter-case',
  'The parameter is called "keyId", where RFC 9421 calls it "keyid": names of parameters have no capitals.',
  'Signature-Input holds "keyId=", which is no key of a structured field (RFC 8941 3.1.2).',
  'Write keyid="…" in Signature-Input, and sign it so.',
)

const isOfList = ({ id }: Finding): boolean => id.startsWith('component')

const withInput = (message: HttpMessage, text: string): HttpMessage => ({
  ...message,
  fields: message.fields.map((value, at) =>
    at % 2 === 1 && (message.fields[at - 1] as string).toLowerCase() === 'signature-input' ? text : value,
  ),
})

const REGISTERED = new Set(['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'])

/** Reads the signature of a request, and says what can be seen without a key. */
export function readRfc9421(received: HttpMessage, nowMs: number | undefined): Rfc9421Reading {
  const { message, findings: labels } = sameLabel(received)
  const input = combinedValue(message.fields, 'signature-input') ?? ''
  const text = combinedValue(message.fields, 'signature') ?? ''
  const found: Finding[] = [...labels, ...digestFindings(message)]
  if (input === '' && text === '')
    found.push(
      proven(
        'signature-missing',
        'Signature and Signature-Input are missing.',
        'Neither of the two fields is in the request.',
        'Sign the request, and send both fields; a proxy must not drop them.',
      ),
    )
  else if (input === '' && !/keyId/.test(text))
    found.push(
      proven(
        'signature-input-missing',
        'Signature-Input is missing.',
        'There is a Signature and nothing that says what it signs.',
        'Send both fields; a proxy must not drop one.',
      ),
    )
  else if (text === '')
    found.push(
      proven(
        'signature-missing',
        'Signature is missing.',
        'There is a Signature-Input and no Signature.',
        'Send both fields; a proxy must not drop one.',
      ),
    )
  found.push(...forbidden(input, text))
  const extensions = [...input.matchAll(/;\s*([a-z*][a-z0-9_.*-]*)=/g)].map(([, name]) => name as string)
  try {
    const signature = rfc9421Verifier({
      parameters: [...new Set(extensions)].filter((one) => !REGISTERED.has(one)),
    }).parse(message)[0]
    const base = signature?.base
    if (signature === undefined || typeof base !== 'string') return { signature, subject: undefined, findings: found }
    const state = stateOf(base, message)
    found.push(...spelt(input, state.params))
    found.push(
      ...timeFindings(signature, nowMs),
      ...(isRequest(message)
        ? [
            ...agentFindings(signature, message),
            ...(namesProfile(signature, message) ? profileProblems(signature, message) : []),
            ...coverageFindings(signature, message),
          ]
        : []),
    )
    return {
      signature,
      findings: found,
      subject: { state, compose: baseText, mistakes: rfc9421Mistakes(state.lines.map(({ name }) => name)) },
    }
  } catch (error) {
    if (!isCountersignError(error)) throw error
    const spelt = input.replace(/; *keyId=/g, ';keyid=').replace(/; +/g, ';')
    // Visa's sample writes "keyId", and its verifiers take it; in any other message no verifier can read it.
    if (spelt.includes(';keyid=') && /keyId=/.test(input)) {
      const { signature, subject, findings } = readRfc9421(withInput(message, spelt), nowMs)
      const isVisa = /^agent-(?:browser|payer)-auth$/.test(signature?.tag ?? '')
      const params = /=(\(.*)$/s.exec(input)?.[1]
      return {
        signature,
        // Without components that can be read, the name of a parameter is the least of it.
        findings: [
          ...findings.filter(isOfList),
          ...(isVisa ? [] : [KEY_ID]),
          ...findings.filter((one) => !isOfList(one)),
        ],
        // The parameters are signed as they are spelt.
        subject: subject && params !== undefined ? { ...subject, state: { ...subject.state, params } } : subject,
      }
    }
    const agent = isRequest(message) ? unreadableAgent(input, message) : []
    found.push(...agent)
    if (found.length === 0 || (error.code === 'COMPONENT_MISSING' && agent.length === 0))
      found.push(
        proven(
          error.code.toLowerCase().replaceAll('_', '-'),
          'The signature cannot be read.',
          error.message,
          'See the code in docs/errors.md.',
        ),
      )
    return { signature: undefined, subject: undefined, findings: found }
  }
}
