import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { allowTestKeys, verifyAgents } from '../../src/agents/index.js'
import { outcomeOf } from '../../src/agents/outcome.js'
import { base64Decode, base64urlDecode } from '../../src/crypto/encoding.js'
import { importVerifyingKey } from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { httpRequest } from '../../src/message/message.js'
import { visaTapVerifier } from '../../src/schemes/rfc9421/profiles/visa-tap.js'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../src/server/index.js'
import { ED25519_KEYID } from './agents/draft.js'
import { GAP_SETS, type GapVector } from './agents/gaps.js'

const X = 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs'
const key = await importVerifyingKey({ kty: 'OKP', crv: 'Ed25519', x: X } as never, {
  keyId: ED25519_KEYID,
  algorithm: 'ed25519',
})

/** Names of the published vocabulary for which one of ours stands here, because the answer is the same. */
const OURS: Readonly<Record<string, string>> = {
  'directory-not-published': 'directory-unavailable',
  'directory-bad-status': 'directory-unavailable',
  'directory-wrong-media-type': 'directory-unavailable',
  'directory-unreadable': 'directory-unavailable',
  'directory-no-keys': 'key-not-in-directory',
}
const OURS_OF_TAP: Readonly<Record<string, string>> = {
  'missing-fields': 'bad-nonce',
  'target-not-covered': 'missing-component',
}

type Judge = (request: HttpRequest) => Promise<{ readonly outcome: string; readonly reason?: string }>

function agentJudge({ directory, directories = [], now }: GapVector): Judge {
  const all = [...directories, ...(directory ? [directory] : [])]
  const agents = verifyAgents({
    allow: all.map(({ url }) => url),
    authorities: ['example.com'],
    clock: { now: () => now * 1_000 },
    fetch: async (url) => {
      const found = all.find((one) => one.url === url)
      return new Response(found?.body ?? null, { status: found?.status ?? 404, headers: found?.headers ?? {} })
    },
    [allowTestKeys]: true,
  })
  return agents.judge
}

function tapJudge({ now }: GapVector): Judge {
  const clock = { now: () => now * 1_000 }
  const verifier = createVerifier({
    schemes: [visaTapVerifier()],
    keys: staticKeys([{ key, owner: 'agent' }]),
    policy: strictPolicy({ authorities: ['example.com'], maxAgeMs: 480_000 }),
    replay: memoryReplayStore({ restartBarrier: false, clock, maxAgeMs: 480_000 }),
    clock,
  })
  return async (request) => {
    const verdict = await verifier.verify(request)
    return verdict.ok ? { outcome: 'verified' } : outcomeOf(verdict, () => true)
  }
}

const requestOf = ({ method, url, headers }: GapVector['request']) => httpRequest({ method, url, headers })

describe.each(Object.entries(GAP_SETS))('%s', (file, set) => {
  const vectors = set.testGroups.flatMap(({ tests }) => tests)

  it('is what this code makes', async () => {
    await expect(`${JSON.stringify(set, undefined, 2)}\n`).toMatchFileSnapshot(`agents/${file}`)
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(set.numberOfTests)
  })

  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s is signed as it is given', async (_id, vector) => {
    const { signedBase, label, algorithm } = vector.signature
    const text = new RegExp(`${label}=:([^:]+):$`).exec(vector.request.headers['Signature'] as string)?.[1] as string
    const signature = base64Decode(text) as Uint8Array
    const base = new TextEncoder().encode(signedBase)
    if (algorithm === undefined) expect(key.verify(signedBase, signature)).toBe(true)
    else expect(signature).toEqual(hmac(sha256, base64urlDecode(X) as Uint8Array, base))
  })

  it.each(vectors.map((vector) => [vector.id, vector.title, vector] as const))(
    'the verdict on %s is as written: %s',
    async (_id, _title, vector) => {
      const isTap = vector.group === 'visa-tap'
      const judge = isTap ? tapJudge(vector) : agentJudge(vector)
      for (const { request, expected } of vector.before ?? [])
        expect((await judge(requestOf(request))).outcome).toBe(expected.outcome)
      const { outcome, reason } = vector.expected
      const ours = (isTap ? OURS_OF_TAP : OURS)[reason] ?? reason
      expect(await judge(requestOf(vector.request))).toMatchObject({ outcome, reason: ours })
    },
  )
})
