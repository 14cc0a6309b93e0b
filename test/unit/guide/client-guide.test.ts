import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/crypto/encoding.js'
import { hmacKey } from '../../../src/crypto/index.js'
import { VERDICT_STATUS } from '../../../src/errors.js'
import { EXAMPLE_SECRET } from '../../../src/guide/example.js'
import { type ClientGuideOptions, clientGuide } from '../../../src/guide/index.js'
import { refusalRows } from '../../../src/guide/refusals.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { defineHeaderScheme } from '../../../src/schemes/header/define-header-scheme.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { sigv4Verifier } from '../../../src/schemes/sigv4/index.js'
import { staticKeys } from '../../../src/server/key-source.js'
import type { Policy } from '../../../src/server/policy/policy.js'
import { policiesOf } from '../../../src/server/policy/scheme-policy.js'
import { strictPolicy, tradingPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'

const authorities = ['api.example.com']
const acme = defineHeaderScheme({
  id: 'acme',
  headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
})
const guide = (options: Partial<ClientGuideOptions> = {}) =>
  clientGuide({ policy: strictPolicy({ authorities }), ...options })

/** The request of the page's example. */
function exampleIn(markdown: string): HttpRequest {
  const found = /```http\n(POST [\s\S]*?)\n\n([\s\S]*?)\n```/.exec(markdown)
  const [first = '', ...lines] = (found?.[1] ?? '').split('\n')
  const fields = lines.flatMap((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  const authority = fields[fields.indexOf('Host') + 1] as string
  return {
    method: 'POST',
    scheme: 'https',
    authority,
    target: first.split(' ')[1] as string,
    fields,
    body: utf8(found?.[2] ?? ''),
  }
}

const POLICIES: ReadonlyArray<readonly [string, Policy]> = [
  ['strict', strictPolicy({ authorities })],
  ['trading', tradingPolicy({ authorities })],
  [
    'more fields',
    strictPolicy({
      authorities,
      require: ['field:x-account', 'scheme', 'query-param:a'],
      requireWithBody: ['field:x-idempotency'],
      requireWhenPresent: ['field:x-limits;key="day"'],
    }),
  ],
  [
    'an end, a label and a tag',
    strictPolicy({ authorities, requireExpires: true, select: { label: 'acme', tag: 'orders' } }),
  ],
  ['less, by hand', { ...strictPolicy({ authorities }), require: ['query'], requireWithBody: [], requireNonce: false }],
  ['HMAC alone', strictPolicy({ authorities, algorithms: ['hmac-sha256', 'rsa-pss-sha512'] })],
]

describe.each(POLICIES)('the policy: %s', (_, policy) => {
  test("the verifier accepts the page's example", async () => {
    const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: utf8(EXAMPLE_SECRET) })
    for (const schemes of [undefined, [acme]]) {
      if (schemes !== undefined && (policy.requireExpires || policy.require.length !== 4)) continue
      const verifier = createVerifier({
        schemes: schemes?.map((one) => one.verifier()) ?? [rfc9421Verifier()],
        keys: staticKeys([{ key }]),
        policy,
        replay: memoryReplayStore({ restartBarrier: false }),
        clock: { now: () => 1_790_000_000_000 },
      })
      const { markdown } = clientGuide({ policy, ...(schemes && { schemes }), languages: ['node'] })
      const verdict = await verifier.verify(exampleIn(markdown))
      expect(verdict.ok ? 'ok' : `${verdict.code} ${verdict.detail}`).toBe('ok')
    }
  })

  test('Markdown and HTML have the same programs', () => {
    const { markdown, html, code } = clientGuide({ policy })
    expect(code.length).toBeGreaterThan(3)
    for (const { files } of code)
      for (const { text } of files) {
        expect(markdown).toContain(text.trimEnd())
        expect(html).toContain(
          text
            .replaceAll('&', '&amp;')
            .replaceAll('<', '&lt;')
            .replaceAll('>', '&gt;')
            .replaceAll('"', '&quot;')
            .replaceAll("'", '&#39;')
            .trimEnd(),
        )
      }
  })
})

describe('refused with the reason', () => {
  const POOR: ReadonlyArray<readonly [RegExp, Partial<ClientGuideOptions>]> = [
    [/state a digest for requests with a body only/, { policy: strictPolicy({ authorities, require: ['body'] }) }],
    [
      /state a digest for requests with a body only/,
      { policy: strictPolicy({ authorities, require: ['field:content-digest'] }) },
    ],
    [/"policy" must be made by strictPolicy\(.* got an object without "maxAgeMs"$/, { policy: {} as never }],
    [/"maxAgeMs" must be at least 2000/, { policy: strictPolicy({ authorities, maxAgeMs: 1_000, maxFutureMs: 0 }) }],
    [/allows rsa-pss-sha512/, { policy: strictPolicy({ authorities, algorithms: ['rsa-pss-sha512'] }) }],
    [
      /special in other languages/,
      { policy: strictPolicy({ authorities, select: { tag: '$(id)' } }), languages: ['bash'] },
    ],
    [/less than two seconds/, { policy: strictPolicy({ authorities, requireExpires: true, maxLifetimeMs: 1_000 }) }],
    [/requireExpires/, { schemes: [acme], policy: strictPolicy({ authorities, requireExpires: true }) }],
    [
      /do not cover/,
      { schemes: [acme], policy: strictPolicy({ authorities, requireWhenPresent: ['field:content-type'] }) },
    ],
    [/do not cover/, { schemes: [acme], policy: strictPolicy({ authorities, require: ['field:x-account'] }) }],
    [/there are clients for/, { schemes: [sigv4Verifier({ region: 'eu', service: 's3' } as never)] }],
    [/must be rfc9421Verifier/, { schemes: [undefined as never] }],
    [/did you mean "python"/, { languages: ['pyhton'] }],
    [/one of the policy's authorities/, { origin: 'https://other.example.com' }],
    [/"origin" must be/, { origin: 'https://api.example.com/' }],
    [/"name" must be/, { brand: { name: 'a\nb' } }],
    [/"stylesheet" must be/, { brand: { stylesheet: 'javascript:alert(1)' } }],
    [/"stylesheet" must be/, { brand: { stylesheet: '//evil.example/x.css' } }],
    [/"keyId" must be/, { keyId: '"; rm -rf' }],
    [/"envPrefix" must be/, { envPrefix: 'x=1;' }],
    [/at least one host name/, { policy: { ...strictPolicy({ authorities }), authorities: [] } }],
  ]
  test.each(POOR)('the options are refused with %s', (expected, options) => {
    expect(() => guide(options)).toThrow(expected)
  })
})

test('names of others are text, in Markdown and HTML', () => {
  const name = '<script>alert(1)</script> [x](javascript:y) `z` | "q" \'r\' &amp;'
  const { markdown, html, article } = guide({ brand: { name, support: '<img src=x onerror=y>' }, languages: ['bash'] })
  expect(html).not.toMatch(/<script|<img|onerror=y>|<style| style=/)
  expect(html).toContain(
    '&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:y) `z` | &quot;q&quot; &#39;r&#39; &amp;amp;',
  )
  expect(html).toContain(article)
  expect(markdown).toContain('\\<script\\>alert(1)\\</script\\> \\[x\\](javascript:y) \\`z\\` \\| "q"')
})

test('a fence is longer than any inside', () => {
  const { markdown, code } = guide({ languages: ['bash'] })
  expect(code[0]?.files[0]?.name).toBe('rfc9421.sh')
  expect(markdown.match(/^```/gm)?.length ?? 0).toBe(10)
})

test('settings, origin and names of variables are those of the service', () => {
  const policy = strictPolicy({ authorities: ['api.example.com', '127.0.0.1:8080'], select: { tag: 'orders' } })
  const { code } = clientGuide({
    policy,
    origin: 'http://127.0.0.1:8080',
    envPrefix: 'ACME_',
    keyId: 'team/1',
    languages: ['node', 'python'],
  })
  for (const { files } of code) {
    expect(files[0]?.text).toContain('ACME_KEY_ID')
    expect(files[0]?.text).toContain('orders')
    expect(files[0]?.text).not.toContain('SIGNING_')
  }
  expect(code.map(({ language, run }) => [language, run])).toEqual([
    ['node', 'node sign.mjs'],
    ['python', 'python3 rfc9421.py'],
  ])
})

test('every refusal of a request has a row, with what to do', () => {
  const [policy] = policiesOf([rfc9421Verifier()], strictPolicy({ authorities })).values()
  const codes = refusalRows(policy as never).flatMap((row) => row.codes)
  // Exchanges alone have passphrases.
  expect([...codes, 'PASSPHRASE_INVALID'].sort()).toEqual(Object.keys(VERDICT_STATUS).sort())
  for (const row of refusalRows(policy as never))
    expect(new Set(row.codes.map((code) => VERDICT_STATUS[code])).size, row.what).toBe(1)
})

test.each(['a"b', 'a\\"b', "a'b", '"', '");process.exit(9);("'])(
  'the client for Node keeps the tag %s as one text',
  (tag) => {
    const policy = strictPolicy({ authorities: ['api.example.com'], select: { tag } })
    const [text] = clientGuide({ policy, languages: ['node'] }).code[0]?.files ?? []
    const written = /^ {2}tag: (.*),$/m.exec(text?.text ?? '')?.[1] ?? ''
    // A text of JSON is one of JavaScript.
    expect(JSON.parse(written)).toBe(tag)
  },
)
