import { fail, type UsageCode } from '../../errors.js'
import { base64Decode, utf8Decode } from '../encoding.js'

const PEM_IN_BASE64 = /^LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]+$/
// JSON writes a line break as \n, PHP a slash as \/, .NET a plus as \u002B; shells and two rounds of it double the backslash.
// Of bounded length: a text of nothing but backslashes would be searched from each of them to the end.
const ESCAPE = /\\{1,8}(?:u([0-9a-fA-F]{4})|([rnt])|(["'/]))/g

/** Text as it was meant: escapes undone, no quotes around it, nothing invisible in it. */
export function cleanText(text: string): string {
  let out = text
    .replace(ESCAPE, (_, code?: string, space?: string, itself?: string) =>
      code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : space !== undefined ? '\n' : (itself ?? ''),
    )
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/[\u00a0\u2028\u2029]/g, ' ')
    .trim()
  // A shell, a JSON file and an editor: nothing adds more.
  for (let layers = 0; layers < 4; layers++) {
    const inner = /^(["'`])(.*)\1[,;]?$/s.exec(out)?.[2]
    if (inner === undefined) break
    out = inner.trim()
  }
  // A whole PEM file in base64: how keys travel through environments that lose line breaks.
  const pem = PEM_IN_BASE64.test(out) ? base64Decode(out.replace(/\s/g, '')) : undefined
  return pem === undefined ? out : (utf8Decode(pem) ?? out).trim()
}

/** What a text is when a pattern fits: what to say, and the code where the material is sound but not read here. */
type Refusal = readonly [pattern: RegExp, got: string, code?: UsageCode]

const SSH_PUBLIC = /^(?:ssh-|ecdsa-sha2-|sk-)\S+ AAAA|BEGIN SSH2 PUBLIC KEY/
const PUBLIC = 'the public key, which is the half for the exchange: pass the private one'

const PATH: Refusal = [
  /^\S[^\n]*\.(?:pem|key|p8|pk8|der|json|txt|crt|cer|pub)$/i,
  'the path of a file: pass its contents',
]

/** What is pasted instead of a private key and is recognised by its first words; the first that fits. */
const REFUSALS: readonly Refusal[] = [
  [
    /^\{.*"privateKey"/s,
    'the JSON file of a CDP key: pass its member "privateKey" as text, and its "name" (or "id") as "apiKey"',
  ],
  [/^\{.*"kty"/s, 'a JWK: parse it and pass the object to importSigningKey()'],
  [/^[{[]/, 'JSON: pass the one member that is the private key'],
  [
    /BEGIN OPENSSH PRIVATE KEY/,
    // Older versions of ssh-keygen leave a key of Ed25519 as it is.
    'the OpenSSH format: rewrite a copy of RSA or EC with "ssh-keygen -p -m PKCS8 -f copy", and make Ed25519 anew ' +
      'with "openssl genpkey -algorithm ed25519 -out key.pem"',
    'KEY_UNSUPPORTED',
  ],
  [
    /^PuTTY-User-Key-File/,
    'the PuTTY format: write it as PEM with "puttygen key.ppk -O private-openssh -o key.pem"',
    'KEY_UNSUPPORTED',
  ],
  [/BEGIN PGP /, 'an OpenPGP key: exchanges take keys of "openssl genpkey"', 'KEY_UNSUPPORTED'],
  [SSH_PUBLIC, PUBLIC],
  [/^(?!.*PRIVATE KEY).*BEGIN (?:[A-Z0-9]+ )*PUBLIC KEY/s, PUBLIC],
  [
    /^(?!.*PRIVATE KEY).*BEGIN (?:[A-Z0-9]+ )*CERTIFICATE/s,
    'a certificate of the public key: pass the one that says PRIVATE KEY',
  ],
  [/^organizations\/\S+\/apiKeys\/\S+$/, 'the name of a CDP key: that is "apiKey", are they swapped?'],
  [
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'a UUID: that is an API key or a shared secret, are they swapped?',
  ],
  PATH,
  [
    /BEGIN (?!EC PARAMETERS)[A-Z0-9 ]+-----.*BEGIN (?!EC PARAMETERS)[A-Z0-9 ]+-----/s,
    'several PEM blocks: pass the one that says PRIVATE KEY',
  ],
  [
    /^(?!-----BEGIN ).*BEGIN [A-Z0-9 ]*PRIVATE KEY/s,
    'a PEM whose first line is not "BEGIN … PRIVATE KEY" between five hyphens each',
  ],
  [
    /^-----BEGIN (?!.*-----END [A-Z0-9 ]+-----)|^(?!-----BEGIN ).*-----END /s,
    'a PEM without its first or last line: it was cut off',
  ],
]

/** What is pasted instead of a public key. */
const PUBLIC_REFUSALS: readonly Refusal[] = [
  [/^[{[]/, 'JSON: parse a JWK and pass the object'],
  [SSH_PUBLIC, 'the OpenSSH format: write it as PEM with "ssh-keygen -e -m PKCS8 -f key.pub"', 'KEY_UNSUPPORTED'],
  [/BEGIN (?:X509 |TRUSTED )?CERTIFICATE/, 'a certificate: take its key with "openssl x509 -pubkey -noout -in file"'],
  PATH,
]

/** Which half of a pair is read. One object for each: who reads public keys only has no word of private ones in the bundle. */
export interface Half {
  readonly name: 'private' | 'public'
  readonly refusals: readonly Refusal[]
}

export const PRIVATE_HALF: Half = { name: 'private', refusals: REFUSALS }
export const PUBLIC_HALF: Half = { name: 'public', refusals: PUBLIC_REFUSALS }

/** Throws for text that is known to be something else than a key. */
export function refuseKnownText(text: string, half: Half, name = '"text"'): void {
  for (const [pattern, got, code = 'KEY_MALFORMED'] of half.refusals)
    if (pattern.test(text)) fail(code, `${name} must be a ${half.name} key, got ${got}`)
}
