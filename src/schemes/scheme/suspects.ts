import { utf8Decode } from '../../crypto/encoding.js'
import type { HttpRequest } from '../../message/message.js'
import type { Problem } from './scheme-reading.js'

/** What may be wrong with a request of any scheme where nothing that is known leads to its signature. */

// RFC 1918, loopback, and names without a dot or of a cluster.
const PRIVATE =
  /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[|localhost(?::|$)|[^.:]+(?::\d+)?$|[^:]+\.(?:local|internal|svc|cluster|test)(?::|$))/i

/** A host that no sender on the internet can have called. */
export const hostSuspects = ({ authority }: HttpRequest): readonly Problem[] =>
  PRIVATE.test(authority)
    ? [
        {
          id: 'host-not-public',
          certainty: 'likely',
          cause: 'The host is that of a machine behind a proxy, and no sender can have called and signed it.',
          evidence: `The request has arrived at ${authority}, and the host is signed.`,
          fix: 'Verify with the host that stands with the sender (publicUrl, publicOrigin), or let the proxy pass Host on; give the doctor the request with that host.',
        },
      ]
    : []

/** Characters that a decoder put in place of bytes it could not read. */
export const decoderSuspects = ({ body }: HttpRequest): readonly Problem[] =>
  body instanceof Uint8Array && (utf8Decode(body) ?? '').includes('\ufffd')
    ? [
        {
          id: 'body-replaced-characters',
          certainty: 'likely',
          cause:
            'The body holds U+FFFD: characters were lost when it was decoded, so that its bytes are not those that were signed.',
          evidence:
            'A decoder writes U+FFFD for bytes that are no UTF-8, or for half a character at the end of a chunk.',
          fix: 'Collect the bytes (Buffer.concat) and verify those; decode once, behind the verifier, and not chunk by chunk.',
        },
      ]
    : []
