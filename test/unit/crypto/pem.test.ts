import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPem, parsePem } from '../../../src/crypto/format/pem.js'
import { cpuMs } from '../../cpu-time.js'
import { codeOf } from '../../expect-code.js'
import { keyFile } from './key-files.js'

const PEM = keyFile('ed25519')
const DER = parsePem(PEM).der

describe('spellings of the same file', () => {
  test.each([
    ['CRLF', PEM.replaceAll('\n', '\r\n')],
    ['line breaks written as \\n', PEM.replaceAll('\n', '\\n')],
    ['line breaks written as \\r\\n', PEM.replaceAll('\n', '\\r\\n')],
    ['one line with spaces', PEM.trim().replaceAll('\n', ' ')],
    ['indented', PEM.replaceAll('\n', '\n    ')],
    ['no final line break', PEM.trim()],
    ['blank lines around', `\n\n${PEM}\n`],
    ['curve parameters before an EC key', keyFile('p256-sec1')],
  ])('a file is read in spite of this: %s', (name, text) => {
    const { label, der } = parsePem(text)
    if (name.startsWith('curve')) expect(label).toBe('EC PRIVATE KEY')
    else expect({ label, der }).toEqual({ label: 'PRIVATE KEY', der: DER })
  })
})

describe('a text that is no PEM file', () => {
  const body = PEM.split('\n')[1] as string
  test.each([
    ['nothing', ''],
    ['no lines', body],
    ['another END', PEM.replace('END PRIVATE', 'END PUBLIC')],
    ['no END', PEM.slice(0, 80)],
    ['two blocks', PEM + PEM],
    ['text before', `Bag Attributes\n${PEM}`],
    ['text after', `${PEM}x`],
    ['an empty body', PEM.replace(body, '')],
    ['missing padding or cut base64', PEM.replace(body, body.slice(0, -1))],
    ['the URL alphabet', PEM.replace(body, `${body.slice(0, -1)}_`)],
    ['non-zero trailing bits', formatPem('PRIVATE KEY', new Uint8Array(1)).replace('AA==', 'AB==')],
    ['quotes', `"${PEM}"`],
    ['lower case label', PEM.replaceAll('PRIVATE KEY', 'private key')],
    ['a byte order mark', `\ufeff${PEM}`],
    ['more than any key needs', PEM + ' '.repeat(70_000)],
  ])('a text with %s is refused', async (_name, text) => {
    expect(await codeOf(() => parsePem(text))).toBe('KEY_MALFORMED')
  })

  test('encryption older than PKCS#8 says what to do', async () => {
    const text = keyFile('rsa-pkcs1-legacy-encryption')
    expect(await codeOf(() => parsePem(text))).toBe('KEY_UNSUPPORTED')
    expect(() => parsePem(text)).toThrow('openssl pkcs8 -topk8')
  })
})

test('a text of 65 536 characters is read', () => {
  expect(parsePem(PEM.padEnd(65_536)).der).toEqual(DER)
  expect(() => parsePem(PEM.padEnd(65_537))).toThrow('PEM must have at most 65536 characters, got 65537')
})

test.each([
  [1, ['AQ==']],
  [47, [`${'AQEB'.repeat(15)}AQE=`]],
  [48, ['AQEB'.repeat(16)]],
  [49, ['AQEB'.repeat(16), 'AQ==']],
  [96, ['AQEB'.repeat(16), 'AQEB'.repeat(16)]],
])('%i bytes are written in lines of 64 characters', (size, lines) => {
  const text = formatPem('KEY', new Uint8Array(size).fill(1))
  expect(text).toBe(`-----BEGIN KEY-----\n${lines.join('\n')}\n-----END KEY-----\n`)
})

test('the text of an error never holds the file', async () => {
  const body = PEM.split('\n')[1] as string
  try {
    parsePem(`${PEM}x`)
    expect.unreachable()
  } catch (error) {
    expect(String((error as Error).stack)).not.toContain(body)
  }
})

test('written PEM reads back, in lines of 64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), (der) => {
      const text = formatPem('PUBLIC KEY', der)
      expect(parsePem(text)).toEqual({ label: 'PUBLIC KEY', der })
      for (const line of text.split('\n').slice(1, -2)) expect(line.length).toBeLessThanOrEqual(64)
    }),
  )
})

test('time grows with the text, not faster', () => {
  // The best of several: other work on the machine only ever adds.
  const time = (text: string): number => {
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 15; i++) {
      const start = cpuMs()
      try {
        parsePem(text)
      } catch {}
      best = Math.min(best, cpuMs() - start)
    }
    return best
  }
  // Shapes that make a careless pattern backtrack.
  for (const piece of ['-----BEGIN A-----', ' ', '\n', '-----', 'A', '-----BEGIN EC PARAMETERS-----', '\\n']) {
    const small = piece.repeat(Math.floor(5000 / piece.length))
    const large = piece.repeat(Math.floor(50_000 / piece.length))
    time(small)
    // Quadratic would be a hundred times.
    expect(time(large)).toBeLessThan(40 * Math.max(time(small), 0.02))
  }
})
