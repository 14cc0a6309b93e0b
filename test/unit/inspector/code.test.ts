import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlOf, exportOf } from '../../../src/inspector/code.js'

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
