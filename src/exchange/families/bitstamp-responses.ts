import { concatBytes, equalBytes, hexDecode, utf8 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, CountersignError, fail, kindOf, type OptionNames } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { readBody, streamChunks } from '../../support/body.js'
import { FLAG, whole } from '../../support/option-kinds.js'
import { fieldOf } from '../spec/draft.js'

/** Options of {@link bitstampResponses}. */
export interface BitstampResponseOptions {
  /**
   * Let answers that say an error and carry no signature pass: the exchange signs none for a key it does not know. A man
   * in the middle can make such responses, too. Default `false`.
   */
  readonly unsignedErrors?: boolean
  /** Largest body that is read into memory. Default 16 MiB. */
  readonly maxBodyBytes?: number
}

const KNOWN: OptionNames<BitstampResponseOptions> = { unsignedErrors: FLAG, maxBodyBytes: whole(0) }

const refuse = (why: string, cause?: unknown): never =>
  fail('RESPONSE_UNVERIFIED', `the response is refused: ${why}`, { cause })

/**
 * Bitstamp's signed answers, for the `response` option of `createSignedFetch`: an answer counts only with the signature of this
 * account's secret over nonce and time of the request, content type and body. The status is not signed.
 *
 * @param signer what signs the requests, or `{ key }` with the same secret
 * @throws {CountersignError} `check` rejects with `RESPONSE_UNVERIFIED`; its text names a verdict code and the status.
 * @see {@link https://www.bitstamp.net/api/#section/Response-authentication | Bitstamp API, response authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { bitstamp, bitstampResponses } from 'countersign/exchange/bitstamp'
 *
 * const signer = bitstamp({ apiKey: 'key', secret: 'secret' })
 * const bitstampFetch = createSignedFetch(signer, { response: bitstampResponses(signer) })
 * export const balance = () => bitstampFetch('/api/v2/account_balances/', { method: 'POST' })
 * ```
 */
export function bitstampResponses(
  signer: { readonly key: SigningKey },
  options: BitstampResponseOptions = {},
): { check(response: Response, request: HttpRequest): Promise<Response> } {
  assertOptions('bitstampResponses', options, KNOWN)
  const key = signer?.key
  const { unsignedErrors = false, maxBodyBytes = 16_777_216 } = options
  if (key?.algorithm !== 'hmac-sha256')
    throw new CountersignError(
      'CONFIG_INVALID',
      `bitstampResponses: "signer" must be bitstamp({ apiKey, secret }), got ${key === undefined ? kindOf(signer) : `a key of ${key.algorithm}`}`,
    )
  return {
    check: async (response, request) => {
      const { status, statusText, headers, url, redirected } = response
      const text = headers.get('x-server-auth-signature')
      if (text === null) {
        if (unsignedErrors && !response.ok) return response
        return refuse(`AUTH_MISSING, the answer (${status}) carries no signature`)
      }
      const signature = hexDecode(text)
      if (signature === undefined)
        return refuse(`SIGNATURE_MALFORMED, the signature of the answer (${status}) must be hexadecimal`)
      const [nonce, time] = ['x-auth-nonce', 'x-auth-timestamp'].map((name) => fieldOf(request, name))
      if (nonce === '' || time === '') refuse('COMPONENT_MISSING, the request it answers was not signed')
      const body = await bodyOf(response, maxBodyBytes)
      const base = concatBytes(utf8(`${nonce}${time}${headers.get('content-type') ?? ''}`), body ?? new Uint8Array())
      if (!equalBytes(await key.sign(base), signature))
        refuse(`SIGNATURE_INVALID, the signature of the answer (${status}) does not match`)
      const made = new Response(response.body === null ? null : (body as BodyInit | null), {
        status,
        statusText,
        headers,
      })
      // What a constructor cannot set.
      return Object.defineProperties(made, { url: { value: url }, redirected: { value: redirected } })
    },
  }
}

async function bodyOf({ body }: Response, capBytes: number): Promise<Uint8Array | null> {
  try {
    return await readBody(body === null ? null : streamChunks(body), capBytes)
  } catch (cause) {
    return refuse('BODY_UNREADABLE, its body could not be read', cause)
  }
}
