import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { bodyFields, withType } from '../../../src/inspector/body-fields.js'
import { curlOf, exportOf, shownOf, typescriptOf, without } from '../../../src/inspector/code.js'
import { EMPTY_SIGN } from '../../../src/inspector/forms.js'

test('the curl command hands the shell exactly what was signed', () => {
  const parts = {
    method: 'POST',
    url: "https://a.example/it's?a=$HOME&b=[1]",
    headers: [
      ['Host', 'a.example'],
      ['Content-Length', '3'],
      ['X-Quote', `it's "so" \`x\` $y`],
      ['X-Empty', ''],
    ],
    body: '@file\n\'"$z',
  } as const
  // The shell itself says which words it would call curl with.
  const words = execFileSync('sh', ['-c', curlOf(parts).replace(/^curl/, 'printf "%s\\0"')], { encoding: 'utf8' })
  expect(words.split('\0').slice(0, -1)).toEqual([
    ...['--globoff', '--path-as-is', '--request', 'POST', '--header', `X-Quote: it's "so" \`x\` $y`],
    ...['--header', 'X-Empty;', '--header', 'Content-Type:', '--data-raw', '@file\n\'"$z'],
    "https://a.example/it's?a=$HOME&b=[1]",
  ])
  expect(curlOf({ method: 'HEAD', url: 'https://a.example/', headers: [], body: '' })).toBe(
    'curl --globoff --path-as-is \\\n  --head \\\n  https://a.example/',
  )
})

test.each([
  ['okx', 'okx'],
  ['bithumb-v1', 'bithumbV1'],
  ['crypto-com', 'cryptoCom'],
  ['p2b', 'p2b'],
])('%s is exported as %s', (id, name) => {
  expect(exportOf(id)).toBe(name)
})

test('a secret that an exchange is shown stands in the command as what a shell reads it from', () => {
  const parts = { method: 'GET', url: 'https://a.example/', headers: [['PASS', 'a"b']], body: '' } as const
  const form = { ...EMPTY_SIGN, scheme: 'okx', passphrase: 'a"b', key: 'k' }
  const curl = curlOf(parts, shownOf(form))
  expect(curl).toContain(`--header 'PASS: '"$OKX_PASSPHRASE"`)
  expect(curl).not.toContain('a"b')
  expect(without(shownOf(form), 'x a"b y')).toBe('x [OKX_PASSPHRASE] y')
  // A key of RFC 9421 never leaves the page, and may be a word of the request by chance.
  expect(shownOf({ ...form, scheme: 'rfc9421' })).toEqual([])
})

test('fields are written into the program as what they are', () => {
  const form = { ...EMPTY_SIGN, bodyAs: 'fields', fields: 'a=it\'s\n__proto__:={"x":1}\nn:=0.5' }
  const code = typescriptOf(form, false)
  expect(code).toContain(`body: JSON.stringify({ a: 'it\\'s', ['__proto__']: {"x":1}, n: 0.5 }),`)
  expect(typescriptOf({ ...form, bodyAs: 'form', fields: 'a=1\na=2' }, false)).toContain(
    `body: new URLSearchParams([['a', '1'], ['a', '2']]).toString(),`,
  )
  expect(typescriptOf({ ...form, scheme: 'okx', fields: 'a=1' }, true)).toContain(`params: { a: '1' },`)
})

test('a kind of body brings its type, once', () => {
  expect(withType('X-A: 1', 'fields')).toBe('X-A: 1\nContent-Type: application/json')
  expect(withType('content-type: text/plain\nX-A: 1', 'form')).toBe(
    'Content-Type: application/x-www-form-urlencoded\nX-A: 1',
  )
  expect(withType('X-A: 1', 'text')).toBe('X-A: 1')
})

test('a line that is no field is none, and is not left out', () => {
  expect(bodyFields('a=1\nb:=[2]\n\n c = x=y')).toEqual([
    ['a', '1'],
    ['b', [2]],
    ['c', ' x=y'],
  ])
  for (const text of ['a', '=1', 'a:={', 'a:=']) expect(bodyFields(text), text).toBeUndefined()
})
