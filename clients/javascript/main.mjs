// The command line of these clients on Node, with the key from the environment: FILE METHOD URL [BODY [HEADER…]]
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [scheme, method, url, body, ...lines] = process.argv.slice(2)
const { ed25519Key, hmacKey, signer } = await import(pathToFileURL(resolve(scheme)).href)
const {
  SIGNING_KEY_FILE: file,
  SIGNING_KEY_PASSWORD: passphrase,
  SIGNING_KEY_ID: keyId,
  SIGNING_SECRET: secret,
} = process.env
// WebCrypto reads no file with a password: Node opens it.
const pem = (name) => createPrivateKey({ key: readFileSync(name), passphrase }).export({ type: 'pkcs8', format: 'pem' })
const key = await (file === undefined ? hmacKey(secret) : ed25519Key(pem(file)))
const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
const answer = await signer({ origin: new URL(url).origin, keyId, key })(url, { method, body, headers })
console.log(await answer.text())
process.exitCode = answer.ok ? 0 : 1
