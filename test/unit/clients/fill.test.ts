import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fillHeaderScheme, fillRfc9421 } from '../../../src/clients/fill.js'
import type { ClientTemplate } from '../../../src/clients/template.js'
import { CLIENTS } from '../../../src/clients/templates.js'
import { codeOf } from '../../expect-code.js'

const changedLines = (before: string, after: string): readonly string[] => {
  const lines = after.split('\n')
  const old = before.split('\n')
  expect(lines.length).toBe(old.length)
  return lines.filter((line, at) => line !== old[at])
}
const text = (template: ClientTemplate, scheme: 'rfc9421' | 'header-scheme'): string =>
  template.files[scheme]?.[0]?.text ?? ''

describe.each(CLIENTS.map((one) => [one.id, one] as const))('%s', (id, template) => {
  test('is the files of clients/, byte for byte', () => {
    const list = JSON.parse(readFileSync('clients/clients.json', 'utf8')) as ReadonlyArray<{
      readonly id: string
      readonly files: Readonly<Record<string, readonly string[]>>
    }>
    const paths = Object.values(list.find((one) => one.id === id)?.files ?? {}).flat()
    expect(Object.values(template.files).flatMap((files) => files.map(({ text }) => text))).toEqual(
      paths.map((path) => readFileSync(`clients/${id}/${path}`, 'utf8')),
    )
  })

  test('is short: no file has more than 120 lines', () => {
    for (const { name, text } of Object.values(template.files).flat())
      expect(text.trimEnd().split('\n').length, name).toBeLessThanOrEqual(120)
  })

  test('stays as it is without settings', () => {
    for (const scheme of ['rfc9421', 'header-scheme'] as const) {
      const files = template.files[scheme]
      if (files === undefined) continue
      const acme = {
        headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
        base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
      } as const
      expect(scheme === 'rfc9421' ? fillRfc9421(template, {}) : fillHeaderScheme(template, acme)).toEqual(files)
    }
  })

  test('is filled in each setting, and nowhere else', () => {
    if (template.files.rfc9421 !== undefined) {
      const [file] = fillRfc9421(template, {
        covered: ['@method', '@target-uri', 'x-account'],
        whenPresent: ['content-digest'],
        label: 'acme',
        tag: 'orders',
        expiresIn: 30,
      })
      const changed = changedLines(text(template, 'rfc9421'), file?.text ?? '')
      expect(changed.length).toBe(5)
      const all = changed.join('\n')
      for (const part of ['@target-uri', 'x-account', 'acme', 'orders', '30']) expect(all).toContain(part)
      expect(all).not.toContain('content-type')
      expect(all).not.toContain('sig1')
    }
    if (template.files['header-scheme'] !== undefined) {
      const [file] = fillHeaderScheme(template, {
        headers: { key: 'X-Key', timestamp: 'X-Time', nonce: 'X-Nonce', signature: 'X-Sig', bodyDigest: 'X-Digest' },
        base: ['text:v2', 'key', 'timestamp', 'nonce', 'method', 'authority', 'path', 'query', 'body-sha256-base64'],
        separator: '|',
        timestamp: 's',
        encoding: 'base64url',
        prefix: 'v1=',
      })
      const changed = changedLines(text(template, 'header-scheme'), file?.text ?? '')
      expect(changed.length).toBe(10)
      for (const part of ['X-Digest', 'text:v2', '|', 'base64url', 'v1=']) expect(changed.join('\n')).toContain(part)
    }
  })

  test('names the service in its examples and variables', () => {
    for (const file of fillRfc9421(template, {}, { origin: 'https://api.acme.example', envPrefix: 'ACME_' })) {
      expect(file.text).not.toContain('api.example.com')
      expect(file.text).not.toContain('SIGNING_')
    }
  })
})

test('refuses what a client could not do, or would read differently', () => {
  const [template] = CLIENTS as readonly [ClientTemplate]
  const refused = (settings: object, place = {}): void =>
    expect(codeOf(() => fillRfc9421(template, settings, place))).toBe('CONFIG_INVALID')
  refused({ covered: ['"x";key="a"'] })
  refused({ covered: ['@query-param'] })
  refused({ covered: [] })
  refused({ tag: '"$(id)' })
  refused({ tag: '`id`' })
  refused({ label: "a'b" })
  refused({ expiresIn: 1.5 })
  refused({ tags: 'x' })
  refused({}, { origin: 'https://x.example"' })
  refused({}, { envPrefix: 'a b' })
})
