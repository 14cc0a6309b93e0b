import { ALGORITHMS, type Algorithm } from '../../crypto/algorithm.js'
import { utf8Decode } from '../../crypto/encoding.js'
import { exportPublicKey } from '../../crypto/export.js'
import { importSigningKey } from '../../crypto/import.js'
import type { Secret } from '../../crypto/secret.js'
import { type DiagnoseOptions, type Diagnosis, diagnose, renderDiagnosis, schemeIds } from '../../doctor/index.js'
import { nearest } from '../../errors.js'
import { defined } from '../../support/defined.js'
import { clipboard } from '../clipboard.js'
import { durationMs } from '../durations.js'
import { EXIT } from '../exit-codes.js'
import { inputOf, readText } from '../input.js'
import { momentOf } from '../moment.js'
import { namingOptions } from '../option-errors.js'
import { harmless } from '../screen.js'
import { optionalSecret } from '../secrets.js'
import { algorithmOf } from '../signing-key.js'
import { usage } from '../usage.js'
import { publicMaterial } from '../verifying-key.js'
import { argOf, type Call, flagOf, hide, MOST_BYTES, print, textOf } from '../world.js'

/** What the diagnosis calls what stands on the command line. */
const NAMES = {
  ...{ input: 'the request', scheme: '--scheme', variant: '--variant', algorithm: '--algorithm' },
  ...{ secret: '--secret', publicKey: '--public-key', key: '--key', passphrase: '--passphrase' },
  ...{ nowMs: '--at', stringToSign: '--string-to-sign', refusal: '--refusal' },
}

/** What a fix calls what is passed, and how it is passed here. */
const IN_OPTIONS: ReadonlyArray<readonly [said: string, here: string]> = [
  ['State "scheme"', 'State --scheme'],
  ['Give the secret to the doctor, which', 'Pass the secret with --secret file:…, which'],
  ['give the key to the doctor', 'pass the key with --secret file:… or --public-key'],
  ['give the address to the doctor, which', 'pass a file with the address as --public-key, which'],
  ['with "budgetMs"', 'with --budget 10s'],
  ['Give the doctor the command line', 'Paste the command line as well'],
]

/** A fix with the options of this command in place of those of `diagnose`. */
export const inOptions = (fix: string): string =>
  IN_OPTIONS.reduce((text, [said, option]) => text.replace(said, option), fix)

const KEYLESS =
  'No key was passed: --secret file:… (a shared secret) or --public-key <file> (of a key pair) has the signature tested.\n'

/** `explain`: why a request does not verify. Nothing is sent anywhere. */
export async function run(call: Call): Promise<number> {
  const { world } = call
  const options = await optionsOf(call)
  if (flagOf(call.options, 'clipboard') && argOf(call, 0) !== '') usage('--clipboard must be left out beside a file')
  const text = flagOf(call.options, 'clipboard') ? clipboard() : utf8Decode(await inputOf(call))
  const found = await namingOptions(call, () => diagnose(text ?? usage('the request must be text'), options), NAMES)
  const diagnosis = {
    ...found,
    findings: found.findings.map((one) => ({
      ...one,
      fix: inOptions(one.fix),
    })),
  }
  const { findings, verified } = diagnosis
  const isKeyless = [options.key, options.secret, options.publicKey].every((one) => one === undefined)
  const next = isKeyless && found.scheme !== undefined && found.signature === 'untested' ? KEYLESS : ''
  print(call, harmless(hide(world, `${renderDiagnosis(diagnosis).trimEnd()}\n${next}`)), documentOf(diagnosis))
  return findings.length > 0 ? EXIT.refused : verified ? EXIT.ok : EXIT.undecided
}

const documentOf = ({ scheme, verified, signature, findings, base, tried, unread }: Diagnosis): object => ({
  ...{ scheme, verified, signature, findings, base, tried, unread },
})

async function optionsOf(call: Call): Promise<DiagnoseOptions> {
  const { world, options } = call
  const [scheme, variant] = [textOf(options, 'scheme'), textOf(options, 'variant')]
  const algorithm = textOf(options, 'algorithm') === undefined ? undefined : algorithmOf(options)
  const publicKey = textOf(options, 'publicKey')
  const key =
    (await optionalSecret(world, options, 'key', '--key')) ??
    (await optionalSecret(world, options, 'secret', '--secret'))
  const passphrase = await optionalSecret(world, options, 'passphrase', '--passphrase')
  const nowMs = momentOf(options)
  const [stringToSign, refusal] = [await fileOf(call, 'stringToSign'), await fileOf(call, 'refusal')]
  return defined({
    ...(scheme !== undefined && { scheme: known(scheme) }),
    variant,
    algorithm,
    ...(publicKey !== undefined && { publicKey: publicMaterial(await readText(publicKey)) }),
    ...(key !== undefined && (await keyOptions(key, algorithm ?? 'ed25519', passphrase))),
    ...(passphrase !== undefined && { passphrase: passphrase.revealText() }),
    nowMs,
    stringToSign,
    refusal,
    budgetMs:
      textOf(options, 'budget') === undefined ? undefined : durationMs('--budget', textOf(options, 'budget') ?? ''),
  })
}

/** A scheme by its name, of an exchange also with its variant. @throws {UsageError} with the nearest name. */
function known(scheme: string): string {
  const ids = schemeIds()
  if (ids.includes(scheme.split('/')[0] as string)) return scheme
  const near = nearest(scheme, ids)
  return usage(
    `--scheme must be rfc9421, an exchange of docs/exchanges.md or a scheme of docs/schemes.md${near === undefined ? '' : `; did you mean ${near}?`}`,
  )
}

/** Of a private key its public half is enough; anything else is a shared secret, as people have it. */
async function keyOptions(key: Secret, algorithm: Algorithm, passphrase: Secret | undefined): Promise<DiagnoseOptions> {
  const text = utf8Decode(key.reveal()) ?? ''
  if (!text.includes('PRIVATE KEY-----')) return { secret: key }
  if (ALGORITHMS[algorithm].family === 'hmac') usage('--key holds a private key: state its --algorithm')
  const opened = text.includes('ENCRYPTED') && passphrase !== undefined
  const pair = await importSigningKey(key, {
    ...{ keyId: 'unnamed', algorithm, format: 'pem' },
    ...(opened && { passphrase }),
  })
  return { publicKey: exportPublicKey(pair, 'pem') }
}

async function fileOf({ options }: Call, name: string): Promise<string | undefined> {
  const path = textOf(options, name)
  // As it is: a line break at its end may be what is wrong.
  return path === undefined ? undefined : readText(path, MOST_BYTES)
}
