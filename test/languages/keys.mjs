import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'

/**
 * Keys of the programs: `ALGORITHM.pem`, `ALGORITHM.pub.pem`, and the secret. New ones for each run: none is worth anything.
 *
 * @param {string} folder
 */
export function makeKeys(folder) {
  mkdirSync(folder, { recursive: true })
  // Longer than one block of SHA-256, and text: the clients of clients/ read it from the environment.
  writeFileSync(`${folder}hmac-sha256.key`, randomBytes(60).toString('base64'))
  const pairs = {
    ed25519: generateKeyPairSync('ed25519'),
    'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'rsa-pss-sha512': generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'rsa-v1_5-sha256': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
    writeFileSync(`${folder}${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    writeFileSync(`${folder}${name}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }))
  }
}
