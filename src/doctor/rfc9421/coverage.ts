import type { HttpRequest } from '../../message/message.js'
import type { Coverage, UntrustedSignature } from '../../schemes/scheme.js'
import type { Finding } from '../diagnosis.js'
import { possible } from '../finding.js'

/** What most verifiers ask to be covered, with what to cover. */
const ASKED: ReadonlyArray<readonly [part: Coverage, fix: string]> = [
  ['body', 'Send Content-Digest and cover "content-digest".'],
  ['method', 'Cover "@method".'],
  ['authority', 'Cover "@authority" or "@target-uri".'],
  ['path', 'Cover "@path" or "@target-uri".'],
]

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
