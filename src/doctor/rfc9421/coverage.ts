import { combinedValue } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import type { Coverage, UntrustedSignature } from '../../schemes/scheme.js'
import type { Finding } from '../diagnosis.js'
import { likely, possible } from '../finding.js'

/** What most verifiers ask to be covered, with what to cover. */
const ASKED: ReadonlyArray<readonly [part: Coverage, fix: string]> = [
  ['body', 'Send Content-Digest and cover "content-digest".'],
  ['method', 'Cover "@method".'],
  ['authority', 'Cover "@authority" or "@target-uri".'],
  ['path', 'Cover "@path" or "@target-uri".'],
]

// draft-meunier-http-message-signatures-directory-03: a dictionary; before, a string.
const AGENT = 'signature-agent'

/** Signature-Agent of web bot authentication, in the form of its first drafts. */
export function agentFindings({ tag }: UntrustedSignature, { fields }: HttpRequest): readonly Finding[] {
  const value = combinedValue(fields, AGENT)
  if (value === undefined || (tag !== undefined && tag !== 'web-bot-auth') || !/^\s*"/.test(value)) return []
  return [
    likely(
      'signature-agent-form',
      'Signature-Agent is a string, as in the first drafts, where verifiers take a dictionary by now.',
      'Its value starts with a quote.',
      'Send Signature-Agent: sig1="https://…" and cover "signature-agent";key="sig1", where sig1 is the label of the signature.',
    ),
  ]
}

/** What is not covered. */
export function coverageFindings({ covers }: UntrustedSignature, { body }: HttpRequest): readonly Finding[] {
  const hasBody = body instanceof Uint8Array && body.length > 0
  return ASKED.filter(([part]) => !covers.has(part) && (part !== 'body' || hasBody)).map(([part, fix]) =>
    possible(
      `${part}-not-covered`,
      `The ${part} is not covered.`,
      'Signature-Input does not list it; most verifiers require it.',
      fix,
    ),
  )
}
