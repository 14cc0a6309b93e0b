import { expect, test } from 'vitest'
import type { KeyAlgorithm } from '../../../../src/crypto/algorithm.js'
import { exportPublicKey } from '../../../../src/crypto/export.js'
import { generateKeyPair } from '../../../../src/crypto/generate.js'
import type { SigningKey } from '../../../../src/crypto/key.js'
import { type HttpResponse, httpRequest, httpResponse } from '../../../../src/message/message.js'
import {
  type ComponentInit,
  component,
  coverLess,
  rfc9421Signer,
  rfc9421Verifier,
} from '../../../../src/schemes/rfc9421/index.js'
import { signPrepared } from '../../../../src/schemes/scheme.js'
import { DIRECTORY_MEDIA_TYPE, keyDirectory } from '../../../../src/server/directory/directory.js'
import { outcomeOf } from '../../../expect-code.js'

const NOW = 1_790_000_000_000
const URL_OF = 'https://bots.example.com/.well-known/http-message-signatures-directory'
const [ours, other] = await Promise.all(['ours', 'other'].map((keyId) => generateKeyPair('ed25519', { keyId })))
const document = JSON.stringify({
  keys: [ours, other].map((pair) => exportPublicKey((pair as NonNullable<typeof ours>).verifyingKey, 'jwk')),
})
const COVERED: readonly ComponentInit[] = [component('@authority', { req: true }), 'content-digest']

interface How {
  readonly components?: readonly ComponentInit[]
  readonly nowMs?: number
  readonly tag?: string
  readonly expiresInMs?: number
  readonly label?: string
  readonly by?: typeof ours | undefined
  readonly authority?: string
  /** Of the right key, with the name of this algorithm. */
  readonly claims?: KeyAlgorithm
}

async function signed(response: HttpResponse, how: How = {}): Promise<HttpResponse> {
  const {
    components = COVERED,
    nowMs = NOW,
    tag = 'http-message-signatures-directory',
    label = 'sig1',
    by = ours,
  } = how
  const { expiresInMs = 60_000, authority = 'bots.example.com', claims } = how
  const own = (by as NonNullable<typeof ours>).signingKey
  const key: SigningKey = claims ? { keyId: own.keyId, algorithm: claims, sign: (base) => own.sign(base) } : own
  const { scheme } = rfc9421Signer({
    key,
    components,
    whenPresent: [],
    tag,
    label,
    alg: claims !== undefined,
    ...(expiresInMs > 0 ? { expiresInMs } : {}),
    [coverLess]: true,
  })
  const request = httpRequest({ url: URL_OF.replace('bots.example.com', authority) })
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: 'a-nonce-that-is-fresh' }
  return signPrepared(scheme.prepare({ ...response, request }, context), key)
}

const plain = (): HttpResponse =>
  httpResponse({ status: 200, headers: { 'content-type': DIRECTORY_MEDIA_TYPE }, body: document })

/** The ids that a directory with this answer has keys for, or its refusal. */
async function ids(
  answer: HttpResponse,
  edit = (text: string): string => text,
  problems: string[] = [],
): Promise<unknown> {
  const headers = new Headers()
  for (let i = 0; i < answer.fields.length; i += 2)
    headers.append(answer.fields[i] as string, answer.fields[i + 1] as string)
  const body = edit(new TextDecoder().decode(answer.body as Uint8Array))
  const directory = keyDirectory({
    url: URL_OF,
    signature: rfc9421Verifier(),
    clock: { now: () => NOW },
    onProblem: ({ message }) => problems.push(message),
    fetch: async () => new Response(body, { headers }),
  })
  const refused = await outcomeOf(directory.refresh())
  if (refused !== undefined) return refused
  const found = await Promise.all(['ours', 'other'].map(async (id) => ((await directory.get(id)) ? id : undefined)))
  return found.filter((id) => id !== undefined)
}

test('only keys that have signed the answer are taken', async () => {
  expect(await ids(await signed(plain()))).toEqual(['ours'])
  expect(await ids(await signed(await signed(plain()), { by: other, label: 'sig2' }))).toEqual(['ours', 'other'])
})

test('each key that was left out is a separate problem, and no other is', async () => {
  const problems: string[] = []
  await ids(await signed(plain()), undefined, problems)
  expect(problems).toEqual(['directory lists a key that has not signed it: left out'])
  await ids(await signed(await signed(plain()), { by: other, label: 'sig2' }), undefined, problems)
  expect(problems).toHaveLength(1)
})

test('a signature may be five seconds ahead, and is over at its end', async () => {
  expect(await ids(await signed(plain(), { nowMs: NOW + 5_000 }))).toEqual(['ours'])
  expect(await ids(await signed(plain(), { nowMs: NOW + 6_000 }))).toBe('DIRECTORY_REFUSED')
  expect(await ids(await signed(plain(), { nowMs: NOW - 59_000 }))).toEqual(['ours'])
  expect(await ids(await signed(plain(), { nowMs: NOW - 60_000 }))).toBe('DIRECTORY_REFUSED')
})

test('a signature of a key that is not listed proves nothing, and hides nothing', async () => {
  const stranger = await generateKeyPair('ed25519', { keyId: 'stranger' })
  expect(await ids(await signed(await signed(plain()), { by: stranger, label: 'sig2' }))).toEqual(['ours'])
  expect(await ids(await signed(plain(), { by: stranger }))).toBe('DIRECTORY_REFUSED')
})

test('a directory is refused for a signature that cannot be read, or that covers what the answer has not', async () => {
  const good = await signed(plain())
  const edited = (edit: (name: string, value: string) => string): HttpResponse => ({
    ...good,
    fields: good.fields.map((text, i) => (i % 2 === 0 ? text : edit(good.fields[i - 1] as string, text))),
  })
  const of = (name: string, to: (value: string) => string): HttpResponse =>
    edited((field, value) => (field.toLowerCase() === name ? to(value) : value))
  expect(await ids(of('signature', (value) => value))).toEqual(['ours'])
  expect(await ids(of('signature', () => 'sig1=('))).toBe('DIRECTORY_REFUSED')
  expect(await ids(of('signature-input', (value) => value.replace('(', '("x-absent" ')))).toBe('DIRECTORY_REFUSED')
})

test.each<readonly [string, How]>([
  ['another tag', { tag: 'orders' }],
  ['no end', { expiresInMs: 0 }],
  ['an end that has passed', { nowMs: NOW - 120_000 }],
  ['a time in the future', { nowMs: NOW + 60_000 }],
  ['another authority', { authority: 'evil.example.com' }],
  ['no authority', { components: ['content-digest'] }],
  ['no digest', { components: [component('@authority', { req: true })] }],
])('a directory is refused for a signature with %s', async (_, how) => {
  expect(await ids(await signed(plain(), how))).toBe('DIRECTORY_REFUSED')
})

test('a directory is refused for a signature that states another algorithm than its key has', async () => {
  expect(await ids(await signed(plain(), { claims: 'ed25519' }))).toEqual(['ours'])
  expect(await ids(await signed(plain(), { claims: 'ecdsa-p256-sha256' }))).toBe('DIRECTORY_REFUSED')
})

test('a directory is refused without a signature, for another document, and for a fault beside a good one', async () => {
  expect(await ids(plain())).toBe('DIRECTORY_REFUSED')
  expect(await ids(await signed(plain()), (text) => `${text} `)).toBe('DIRECTORY_REFUSED')
  const bad = await signed(await signed(plain()), { by: other, label: 'sig2', authority: 'evil.example.com' })
  expect(await ids(bad)).toBe('DIRECTORY_REFUSED')
})
