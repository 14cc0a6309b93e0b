import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SigningKey } from '../../src/crypto/key.js'
import type { HttpRequest } from '../../src/message/message.js'
import { noReplayProtection } from '../../src/server/verifier.js'
import { byteEdit, fuzzRuns, one, textEdit } from './edits.js'
import { editField, editSignature } from './forge.js'
import { bot, ed, order, p256, rsa, sign, world } from './world.js'

const { judge } = world({ replay: noReplayProtection })
const whenPresent = ['content-type', 'content-digest', 'x-note']

/** Requests of many shapes, as an honest client could send them. */
const honest: fc.Arbitrary<HttpRequest> = fc
  .record({
    method: one('POST', 'PUT', 'PATCH', 'DELETE'),
    path: fc.array(one('v1', 'orders', 'a%20b', '~x', '..', '.', '%2e', '%C3%BC', ''), {
      maxLength: 4,
    }),
    query: fc.array(one('a=1', 'b', 'c=%26', 'a=2', '', '=', 'd=+'), { maxLength: 4 }),
    note: fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 20,
    }),
    body: fc.uint8Array({ minLength: 1, maxLength: 60 }),
  })
  .map(({ method, path, query, note, body }) =>
    order({
      method,
      target: `/x${path.map((part) => `/${part}`).join('')}${query.length > 0 ? `?${query.join('&')}` : ''}`,
      fields: ['content-type', 'application/json', 'X-Note', note],
      body,
    }),
  )

// HMAC most often: it costs least, and the code in front of the key is the same.
const key: fc.Arbitrary<SigningKey> = one<SigningKey>(bot, bot, bot, bot, bot, bot, ed, p256, rsa)

/** RFC 9421 2.1: folds are one space, white space at the ends is not part of a value. */
const meaning = (value: string): string => value.replace(/[ \t]*\r?\n[ \t]+/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '')

/** RFC 9421 2.2.7: `@query` is "?" for no query and for an empty one, so a bare "?" at the end is the same. */
const target = (text: string): string => text.replace(/^([^?]*)\?$/, '$1')

interface Mutation {
  readonly part: string
  /** The changed request; the same one where the change means nothing. */
  readonly mutate: (request: HttpRequest) => HttpRequest
}

const changed = (edit: (text: string) => string, same: (text: string) => string) => (text: string) => {
  const after = edit(text)
  return same(after) === same(text) ? text : after
}
const lower = (text: string): string => text.toLowerCase()

const field = (name: string): fc.Arbitrary<Mutation> =>
  textEdit.map((edit) => ({ part: name, mutate: (request) => editField(request, name, changed(edit, meaning)) }))

const nameOf = (name: string): fc.Arbitrary<Mutation> =>
  textEdit.map((edit) => ({
    part: `the name of ${name}`,
    mutate: (request) => ({
      ...request,
      fields: request.fields.map((text, i) =>
        i % 2 === 0 && text.toLowerCase() === name ? changed(edit, lower)(text) : text,
      ),
    }),
  }))

/** A parameter's text inside Signature-Input: its value, not the white space between it and the next. */
const parameter = (name: string): fc.Arbitrary<Mutation> =>
  textEdit.map((edit) => ({
    part: name,
    mutate: (request) =>
      editField(request, 'signature-input', (value) =>
        value.replace(new RegExp(`(;${name}="?)([^;"]*)`), (_, head: string, text: string) => head + edit(text)),
      ),
  }))

const MUTATIONS: fc.Arbitrary<Mutation> = fc.oneof(
  textEdit.map(
    (edit): Mutation => ({ part: 'method', mutate: (request) => ({ ...request, method: edit(request.method) }) }),
  ),
  textEdit.map(
    (edit): Mutation => ({
      part: 'target',
      mutate: (request) => ({ ...request, target: changed(edit, target)(request.target) }),
    }),
  ),
  textEdit.map(
    (edit): Mutation => ({
      part: 'host',
      mutate: (request) => ({ ...request, authority: changed(edit, lower)(request.authority) }),
    }),
  ),
  ...whenPresent.flatMap((name) => [field(name), nameOf(name)]),
  byteEdit.map(
    (edit): Mutation => ({
      part: 'body',
      mutate: (request) => ({ ...request, body: edit(request.body as Uint8Array) }),
    }),
  ),
  byteEdit.map(
    (edit): Mutation => ({ part: 'signature', mutate: (request) => editSignature(request, (bytes) => edit(bytes)) }),
  ),
  textEdit.map(
    (edit): Mutation => ({
      part: 'base64',
      mutate: (request) =>
        editField(request, 'signature', (v) => v.replace(/:(.*):/, (_, text: string) => `:${edit(text)}:`)),
    }),
  ),
  ...['created', 'nonce', 'keyid'].map(parameter),
)

test('a bare "?" is the one change of a target that path and query do not show; the whole target does', async () => {
  const bare = order({ target: '/x?', fields: [], body: null })
  const without = { ...bare, target: '/x' }
  const cut = async (how: Parameters<typeof sign>[1]): Promise<string> =>
    judge({ ...(await sign(bare, how)), target: without.target })
  expect(await cut({ key: bot })).toBe('ok')
  const components = ['@method', '@authority', '@path', '@query', '@request-target']
  expect(await cut({ key: bot, components })).toBe('SIGNATURE_INVALID')
})

describe('one change of anything that is covered', () => {
  test('a request with one change is never accepted', async () => {
    const accepted: unknown[] = []
    const parts = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(honest, key, MUTATIONS, async (request, signer, { part, mutate }) => {
        const signed = await sign(request, { key: signer, whenPresent })
        const mutated = mutate(signed)
        // An edit may put in what was there before.
        fc.pre(JSON.stringify(mutated) !== JSON.stringify(signed))
        parts.set(part, (parts.get(part) ?? 0) + 1)
        if ((await judge(mutated)) === 'ok') accepted.push({ part, signed, mutated })
      }),
      { numRuns: fuzzRuns(4_000) },
    )
    expect(accepted).toEqual([])
    expect(parts.size).toBe(15)
  }, 600_000)

  test('and without a change everything is accepted', async () => {
    const refused: unknown[] = []
    await fc.assert(
      fc.asyncProperty(honest, key, async (request, signer) => {
        const signed = await sign(request, { key: signer, whenPresent })
        const code = await judge(signed)
        if (code !== 'ok') refused.push({ code, signed })
      }),
      { numRuns: fuzzRuns(1_000) },
    )
    expect(refused).toEqual([])
  }, 600_000)
})
