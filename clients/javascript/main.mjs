// The command line of these clients on Node, with the key from the environment: FILE METHOD URL [BODY [HEADER…]]
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [file, method, url, body, ...lines] = process.argv.slice(2)
const { ed25519Key, hmacKey, signer } = await import(pathToFileURL(resolve(file)).href)
const { SIGNING_KEY_FILE: pem, SIGNING_KEY_ID: keyId, SIGNING_SECRET: secret } = process.env
const key = await (pem === undefined ? hmacKey(secret) : ed25519Key(readFileSync(pem, 'utf8')))
const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
const answer = await signer({ origin: new URL(url).origin, keyId, key })(url, { method, body, headers })
console.log(await answer.text())
process.exitCode = answer.ok ? 0 : 1
