import { Buffer } from 'node:buffer'
import { randomNonce } from '../../crypto/random.js'
import { rfc9421 } from '../../schemes/rfc9421/signer.js'
import { signPrepared } from '../../schemes/scheme.js'
import { messageOf } from '../answered.js'
import { EXIT } from '../exit-codes.js'
import { inputOf } from '../input.js'
import { printMessage } from '../raw-message.js'
import { harmless } from '../screen.js'
import { signatureOptions } from '../signature-options.js'
import type { SignedMessage } from '../signed-message.js'
import { signingKeyOf } from '../signing-key.js'
import { baseText, printBase } from '../trace.js'
import { type Call, flagOf, hide, paintFor, print, textOf, type World } from '../world.js'

/** `sign`: a raw message on standard input, the same with its signature on standard output. */
export async function run(call: Call): Promise<number> {
  const { world, options } = call
  const { raw, base, keyId, algorithm, covered } =
    textOf(options, 'exchange') === undefined
      ? await signedByKey(call)
      : await (await import('../exchange-message.js')).signedMessage(call)
  const message = printMessage(raw)
  const trace = flagOf(options, 'trace')
  // On the other stream, so that what is signed can be piped on.
  if (trace && !call.json) world.stderr.write(hide(world, printBase(base, paintFor(world.stderr, world.env))))
  if (call.json)
    print(call, '', {
      ...{ keyId, algorithm, covered, message: Buffer.from(message).toString() },
      ...(trace && { base: baseText(base) }),
    })
  else show(world, message)
  return EXIT.ok
}

async function signedByKey(call: Call): Promise<SignedMessage> {
  const { world, options } = call
  const key = await signingKeyOf(world, options)
  const { scheme } = rfc9421({ key, ...signatureOptions(options) })
  const raw = await messageOf(await inputOf(call), options)
  const { keyId, algorithm } = key
  const context = { keyId, algorithm, nowMs: Date.now(), nonce: randomNonce() }
  if ('request' in raw) {
    const prepared = scheme.prepare(raw.request, context)
    const request = await signPrepared(prepared, key)
    return { raw: { ...raw, request }, base: prepared.base, keyId, algorithm, covered: prepared.trace().covered }
  }
  const prepared = scheme.prepare(raw.response, context)
  const response = await signPrepared(prepared, key)
  return { raw: { ...raw, response }, base: prepared.base, keyId, algorithm, covered: prepared.trace().covered }
}

/** Byte for byte where it goes on; a terminal would act on some of the bytes. */
function show({ stdout, stderr }: World, message: Uint8Array): void {
  const text = Buffer.from(message).toString().replaceAll('\r\n', '\n')
  const shown = harmless(text)
  if (stdout.isTTY !== true || shown === text) stdout.write(message)
  else {
    stdout.write(shown)
    stderr.write('the message holds bytes that a terminal would act on: redirect it into a file to have it as it is\n')
  }
}
