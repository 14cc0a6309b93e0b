import type { Demands } from './demands.js'

const written = (value: unknown): string =>
  JSON.stringify(value)
    // Text by text: one that holds either quote, or an escape, stays as it is.
    .replace(/"((?:[^"\\]|\\.)*)"/g, (whole, inside: string) => (/['\\]/.test(inside) ? whole : `'${inside}'`))
    .replace(/,(?=['\d])/g, ', ')

function signerOf(demands: Demands): readonly [imports: string, signer: string] {
  if (demands.kind === 'rfc9421') {
    const { covered, whenPresent, label, tag, expiresIn } = demands.settings
    const rows = [
      'key',
      `label: ${written(label)}`,
      ...(tag === '' ? [] : [`tag: ${written(tag)}`]),
      `components: ${written(covered)}`,
      `whenPresent: ${written(whenPresent)}`,
      ...(expiresIn === 0 ? [] : [`expiresInMs: ${expiresIn * 1000}`]),
    ]
    const signer = `rfc9421Signer({\n${rows.map((one) => `  ${one},`).join('\n')}\n})`
    return ["import { rfc9421Signer } from 'countersign/rfc9421'", signer]
  }
  const { id, scheme, settings } = demands
  const { headers, base, separator, timestamp, encoding, prefix } = settings
  const members = { id, headers, base, separator, timestamp, encoding, prefix, algorithms: demands.algorithms }
  const rows = Object.entries({ ...members, accept: scheme.description.accept })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`)
  const signer = `defineHeaderScheme({\n${rows.join('\n')}\n}).signer({ key })`
  return ["import { defineHeaderScheme } from 'countersign/header-scheme'", signer]
}

/** The client for Node: a service's languages are text files, and this one is the package itself. */
export function nodeClient(demands: Demands, origin: string, prefix: string): string {
  const [imports, signer] = signerOf(demands)
  return `// Signs a request and sends it. Needs Node 20.19 or newer and the package: npm install countersign
//
//   export ${prefix}KEY_ID=bot-1 ${prefix}SECRET=…          # or ${prefix}KEY_FILE=ed25519.pem in place of the secret
//   export ${prefix}KEY_PASSWORD=…                         # where that file has one
//   node sign.mjs POST '${origin}/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
import { readFileSync } from 'node:fs'
import { createSignedFetch, hmacKey, importSigningKey, Secret } from 'countersign'
${imports}

const { ${prefix}KEY_ID: keyId = '', ${prefix}SECRET: secret = '', ${prefix}KEY_FILE: file, ${prefix}KEY_PASSWORD: passphrase } = process.env
const key =
  file === undefined
    ? hmacKey({ keyId, algorithm: 'hmac-sha256', secret: Secret.fromText(secret) })
    : await importSigningKey(readFileSync(file, 'utf8'), { keyId, algorithm: 'ed25519', passphrase })
const signer = ${signer}
// Nothing is signed for another origin.
export const signedFetch = createSignedFetch(signer, { origins: ['${origin}'] })

const [method, url, body, ...lines] = process.argv.slice(2)
if (url !== undefined) {
  const headers = new Headers(body === undefined ? {} : { 'content-type': 'application/json' })
  for (const line of lines) headers.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim())
  const answer = await signedFetch(url, { method, headers, ...(body !== undefined && { body }) })
  console.log(await answer.text())
  process.exitCode = answer.ok ? 0 : 1
}
`
}
