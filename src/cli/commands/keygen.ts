import { constants } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { ALGORITHMS, type HmacAlgorithm } from '../../crypto/algorithm.js'
import { base64url } from '../../crypto/encoding.js'
import { exportPrivateKey, exportPublicKey } from '../../crypto/export.js'
import { generateKeyPair, generateSecret } from '../../crypto/generate.js'
import { isKeyId } from '../../crypto/key.js'
import type { Secret } from '../../crypto/secret.js'
import { jwkThumbprint } from '../../crypto/thumbprint.js'
import { quoted } from '../curl.js'
import { EXIT } from '../exit-codes.js'
import { askTwice, optionalSecret } from '../secrets.js'
import { algorithmOf } from '../signing-key.js'
import { usage } from '../usage.js'
import { argOf, type Call, flagOf, print, programName, textOf } from '../world.js'

/** Writes a file that must not be there: a key that is overwritten is gone. */
export async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** `keygen [name]`: a key pair in two files, or a shared secret in one. */
export async function run(call: Call): Promise<number> {
  const name = argOf(call, 0) || 'key'
  if (!/^[\w.@+/~-]+$/.test(name)) usage('the name of a key must be letters, digits and ._-@+ (with / before it)')
  const algorithm = algorithmOf(call.options)
  const keyId = textOf(call.options, 'keyId')
  if (keyId !== undefined && !isKeyId(keyId)) usage('--key-id must be 1 to 256 of A-Za-z0-9._:@/+=~#-')
  if (ALGORITHMS[algorithm].family === 'hmac') return sharedSecret(call, name, algorithm as HmacAlgorithm, keyId)

  const passphrase = await passphraseOf(call)
  const pair = await generateKeyPair(algorithm as Exclude<typeof algorithm, HmacAlgorithm>, { keyId: keyId ?? 'new' })
  const [privateKeyFile, publicKeyFile] = [`${name}.pem`, `${name}.pub.pem`]
  const publicKey = exportPublicKey(pair.verifyingKey, 'pem')
  const thumbprint = jwkThumbprint(pair.verifyingKey)
  const id = keyId ?? thumbprint
  const jwk = { ...exportPublicKey(pair.verifyingKey, 'jwk'), kid: id }
  const privateKey =
    passphrase === undefined
      ? await exportPrivateKey(pair.signingKey, 'pem')
      : await exportPrivateKey(pair.signingKey, 'encrypted-pem', { passphrase })
  await writeNew(privateKeyFile, privateKey, 0o600)
  try {
    await writeNew(publicKeyFile, publicKey, 0o644)
  } catch (error) {
    // Half a pair is of no use, and would stand in the way of the next one.
    await rm(privateKeyFile, { force: true })
    throw error
  }

  const flags = [
    ...(algorithm === 'ed25519' ? [] : [`--algorithm ${algorithm}`]),
    ...(keyId === undefined ? [] : [`--key-id ${quoted(keyId)}`]),
    ...(passphrase === undefined ? [] : ['--passphrase prompt']),
  ]
  const next = [
    `${programName(call.world)} request GET https://api.example.com/`,
    `--key file:${privateKeyFile}`,
    ...flags,
  ].join(' ')
  print(
    call,
    `${call.paint('bold', 'private key')}  ${privateKeyFile} (${passphrase === undefined ? 'mode 600, not encrypted' : 'mode 600, encrypted'})
${call.paint('bold', 'public key')}   ${publicKeyFile}
${call.paint('bold', 'thumbprint')}   ${thumbprint}
${call.paint('bold', 'key id')}       ${id}

${publicKey}
${JSON.stringify(jwk)}

Next: give the public key and the key id to the server. Then
  ${next}
`,
    { keyId: id, algorithm, privateKeyFile, publicKeyFile, thumbprint, publicKey, jwk, next },
  )
  return EXIT.ok
}

async function passphraseOf({ world, options }: Call): Promise<Secret | undefined> {
  if (textOf(options, 'passphrase') !== undefined) return optionalSecret(world, options, 'passphrase', '--passphrase')
  return flagOf(options, 'encrypt') ? askTwice(world, 'passphrase') : undefined
}

/** The text in the file is the key: both sides use its bytes as they are. */
async function sharedSecret(
  call: Call,
  name: string,
  algorithm: HmacAlgorithm,
  keyId: string | undefined,
): Promise<number> {
  if (textOf(call.options, 'passphrase') !== undefined || flagOf(call.options, 'encrypt'))
    usage('a shared secret is not encrypted in a file of its own: keep it in a vault (vault:FILE#NAME)')
  const file = `${name}.secret`
  await writeNew(file, `${base64url(generateSecret(algorithm).reveal())}\n`, 0o600)
  const id = keyId ?? (name.split('/').at(-1) as string)
  const next = `${programName(call.world)} request GET https://api.example.com/ --algorithm ${algorithm} --key-id ${quoted(id)} --key file:${file}`
  print(
    call,
    `${call.paint('bold', 'shared secret')}  ${file} (mode 600)\n${call.paint('bold', 'key id')}         ${id}\n\nNext: give the file to the server in a safe way. Then\n  ${next}\nOr keep it for yourself, as the key-encryption key of a keyring:\n  ${programName(call.world)} keys issue --owner alice --prefix acme --store file:keys --kek file:${file}\n`,
    { keyId: id, algorithm, secretFile: file, next },
  )
  return EXIT.ok
}
