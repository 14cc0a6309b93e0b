import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { hmacKey, importVerifyingKey, Secret, type VerifyingKey } from '../../src/crypto/index.js'
import { type ClientGuideOptions, clientGuide, type GuideCode } from '../../src/guide/index.js'
import { defineHeaderScheme } from '../../src/schemes/header/define-header-scheme.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../src/server/key-source.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import type { PolicyOptions } from '../../src/server/policy/policy.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier } from '../../src/server/verifier.js'

const SECRET = 'a secret of the tests, which is longer than the sixty-four bytes that one block of SHA-256 has'
const KEY_FILE = join(process.cwd(), 'test/clients/ed25519.pem')
/** The environment of a program: each of its keys. */
export const KEY_ENVIRONMENTS: Readonly<Record<'hmac-sha256' | 'ed25519', NodeJS.ProcessEnv>> = {
  'hmac-sha256': { SIGNING_KEY_ID: 'shared-1', SIGNING_SECRET: SECRET },
  ed25519: { SIGNING_KEY_ID: 'own-1', SIGNING_KEY_FILE: KEY_FILE },
}

const acme = defineHeaderScheme({
  id: 'acme',
  headers: {
    key: 'X-Acme-Key',
    timestamp: 'X-Acme-Time',
    nonce: 'X-Acme-Nonce',
    signature: 'X-Acme-Signature',
    bodyDigest: 'X-Acme-Digest',
  },
  base: ['text:acme1', 'key', 'timestamp', 'nonce', 'method', 'authority', 'target', 'body-sha256-base64'],
  timestamp: 's',
  encoding: 'base64',
  prefix: 'v1=',
  algorithms: ['hmac-sha256', 'ed25519'],
})

export interface GuideCase {
  readonly name: string
  readonly policy: Partial<PolicyOptions>
  readonly schemes?: ClientGuideOptions['schemes']
  /** Header lines that the policy asks for. */
  readonly lines?: readonly string[]
}

/** Services whose page is written, and whose programs are run. */
export const CASES: readonly GuideCase[] = [
  { name: 'the strict preset', policy: {} },
  {
    name: 'more fields, an end, a label and a tag',
    policy: {
      require: ['field:x-account', 'scheme'],
      requireWhenPresent: ['field:content-type', 'field:x-limits;key="day"'],
      requireExpires: true,
      maxLifetimeMs: 30_000,
      select: { label: 'acme', tag: 'orders/eu' },
    },
    lines: ['X-Account: 7', 'X-Limits: day=5, week=7'],
  },
  { name: 'a scheme of its own', policy: {}, schemes: [acme] },
]

/** A service with the page for its policy. */
export interface GuideWorld {
  readonly origin: string
  readonly code: readonly GuideCode[]
  /** What became of the requests: `ok`, or the code of the refusal. */
  readonly codes: string[]
  readonly close: () => void
}

export async function startService({ policy, schemes }: GuideCase, languages?: readonly string[]): Promise<GuideWorld> {
  const codes: string[] = []
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const origin = `http://${authority}`
  const pem = createPublicKey(readFileSync(KEY_FILE)).export({ type: 'spki', format: 'pem' }).toString()
  const keys: readonly VerifyingKey[] = [
    hmacKey({ keyId: 'shared-1', algorithm: 'hmac-sha256', secret: Secret.fromText(SECRET) }),
    await importVerifyingKey(pem, { keyId: 'own-1', algorithm: 'ed25519' }),
  ]
  const own = strictPolicy({ authorities: [authority], ...policy })
  const verifier = createVerifier({
    schemes: schemes === undefined ? [rfc9421Verifier()] : [acme.verifier()],
    keys: staticKeys(keys.map((key) => ({ key }))),
    policy: own,
    replay: memoryReplayStore({ restartBarrier: false }),
    audit: ({ code: refused }) => void codes.push(refused ?? 'ok'),
  })
  const judge = verifyRequest(verifier, { publicOrigin: origin })
  server.on('request', (request, response) => {
    void judge(request, response).then((verdict) => verdict && response.end('accepted'))
  })
  const { code } = clientGuide({ policy: own, ...(schemes && { schemes }), ...(languages && { languages }), origin })
  return { origin, code, codes, close: () => void server.close() }
}
