import { Buffer } from 'node:buffer'
import { randomNonce } from '../../crypto/random.js'
import { rfc9421 } from '../../schemes/rfc9421/signer.js'
import { signPrepared } from '../../schemes/scheme.js'
import { EXIT } from '../exit-codes.js'
import { inputOf } from '../input.js'
import { parseRequest, printRequest } from '../raw-message.js'
import { schemeOf, signatureOptions } from '../signature-options.js'
import { signingKeyOf } from '../signing-key.js'
import { baseText, printBase } from '../trace.js'
import { type Call, flagOf } from '../world.js'

/** `sign`: a raw request on standard input, the same with its signature on standard output. */
export async function run(call: Call): Promise<number> {
  const { world, options, json, paint } = call
  const key = await signingKeyOf(world, options)
  const { scheme } = rfc9421({ key, ...signatureOptions(options) })
  const raw = parseRequest(await inputOf(call), schemeOf(options))
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: randomNonce() }
  const prepared = scheme.prepare(raw.request, context)
  const request = await signPrepared(prepared, key)
  const message = printRequest({ ...raw, request })
  const { covered } = prepared.trace()
  if (json) {
    const document = {
      keyId: key.keyId,
      algorithm: key.algorithm,
      covered,
      message: Buffer.from(message).toString(),
      ...(flagOf(options, 'trace') && { base: baseText(prepared.base) }),
    }
    world.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
    return EXIT.ok
  }
  // On the other stream, so that what is signed can be piped on.
  if (flagOf(options, 'trace')) world.stderr.write(printBase(prepared.base, paint))
  world.stdout.write(message)
  return EXIT.ok
}
