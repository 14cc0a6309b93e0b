import { Buffer } from 'node:buffer'
import { randomNonce } from '../../crypto/random.js'
import { rfc9421 } from '../../schemes/rfc9421/signer.js'
import { signPrepared } from '../../schemes/scheme.js'
import { EXIT } from '../exit-codes.js'
import { inputOf } from '../input.js'
import { parseRequest, printRequest } from '../raw-message.js'
import { harmless } from '../screen.js'
import { schemeOf, signatureOptions } from '../signature-options.js'
import { signingKeyOf } from '../signing-key.js'
import { baseText, printBase } from '../trace.js'
import { type Call, flagOf, hide, paintFor, print, type World } from '../world.js'

/** `sign`: a raw request on standard input, the same with its signature on standard output. */
export async function run(call: Call): Promise<number> {
  const { world, options } = call
  const key = await signingKeyOf(world, options)
  const { scheme } = rfc9421({ key, ...signatureOptions(options) })
  const raw = parseRequest(await inputOf(call), schemeOf(options))
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: randomNonce() }
  const prepared = scheme.prepare(raw.request, context)
  const request = await signPrepared(prepared, key)
  const message = printRequest({ ...raw, request })
  const { covered } = prepared.trace()
  // On the other stream, so that what is signed can be piped on.
  if (flagOf(options, 'trace') && !call.json)
    world.stderr.write(hide(world, printBase(prepared.base, paintFor(world.stderr, world.env))))
  if (call.json)
    print(call, '', {
      ...{ keyId: key.keyId, algorithm: key.algorithm, covered, message: Buffer.from(message).toString() },
      ...(flagOf(options, 'trace') && { base: baseText(prepared.base) }),
    })
  else printMessage(world, message)
  return EXIT.ok
}

/** Byte for byte where it goes on; a terminal would act on some of the bytes. */
export function printMessage({ stdout, stderr }: World, message: Uint8Array): void {
  const text = Buffer.from(message).toString()
  const shown = harmless(text.replaceAll('\r\n', '\n'))
  if (stdout.isTTY !== true || shown === text.replaceAll('\r\n', '\n')) stdout.write(message)
  else {
    stdout.write(shown)
    stderr.write('the message holds bytes that a terminal would act on: redirect it into a file to have it as it is\n')
  }
}
