import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseDictionary, serializeParameters } from '../../../../src/message/structured-fields.js'
import { coveredReader } from '../../../../src/schemes/rfc9421/covered.js'
import { readParameters, type SignatureParameters } from '../../../../src/schemes/rfc9421/parameters.js'
import { readPlain } from '../../../../src/schemes/rfc9421/untrusted.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/verifier.js'
import { request, withInput } from './support.js'

const LISTS = ['()', '("@method" "@path")', '("@query-param";name="a=b")']
const reader = coveredReader({})

interface Reading {
  readonly label: string
  readonly parameters: SignatureParameters
  readonly list: string
  readonly text: string
}

/** What the structured-field parser makes of a field that holds one signature. */
function inFull(text: string): Reading {
  const [entry, ...more] = parseDictionary(text)
  if (entry === undefined || more.length > 0 || entry[1].kind !== 'list') throw new Error('not one list')
  const [label, member] = entry
  return {
    label,
    parameters: readParameters(member.params, new Set()),
    list: reader.read(member).list,
    text: serializeParameters(member.params),
  }
}
for (const list of LISTS) inFull(`seen=${list}`)

function plainly(text: string): Reading | undefined {
  const found = readPlain(text, `${text.slice(0, text.indexOf('='))}=:AAAA:`, reader, request())
  if (found === undefined) return undefined
  const { label, createdMs, expiresMs, nonce, claimedAlgorithm, keyId, tag } = found
  const parameters = { createdMs, expiresMs, nonce, claimedAlgorithm, keyId, tag }
  return { label, parameters, list: found.compiled().list, text: found.text }
}

describe('the plain reading of Signature-Input', () => {
  test.each([
    'sig1=()',
    'sig1=("@method" "@path")',
    'a=();created=1700000000',
    'sig1=();created=0',
    'sig1=();created=999999999999999',
    'sig1=();expires=1700000060;created=1700000000',
    'sig1=("@method" "@path");created=1700000000;expires=1700000060;nonce="n";alg="hmac-sha256";keyid="bot-1";tag="t"',
    'sig1=();tag="";keyid="a=b;c)d";nonce="!#[]~ "',
    '*s-._9=("@query-param";name="a=b");keyid="k"',
  ])('takes what a signer writes, and says what the full parser says: %s', (text) => {
    expect(plainly(text)).toEqual(inFull(text))
  })

  test.each([
    ['no list', 'sig1'],
    ['no label', '=()'],
    ['an upper-case label', 'Sig1=()'],
    ['a list that was not seen before', 'sig1=("@authority")'],
    ['a list that does not end', 'sig1=("@method" "@path"'],
    ['a second signature', 'sig1=(), sig2=()'],
    ['white space', 'sig1=(); created=1'],
    ['something else than ";" after the list', 'sig1=():created=1'],
    ['a parameter without value', 'sig1=();created'],
    ['an empty value', 'sig1=();created='],
    ['a leading zero', 'sig1=();created=01'],
    ['16 digits', 'sig1=();created=1000000000000000'],
    ['a sign', 'sig1=();created=-1'],
    ['a decimal', 'sig1=();created=1.0'],
    ['other digits', 'sig1=();created=1a'],
    ['a character before the digits', 'sig1=();created=/1'],
    ['a character behind the digits', 'sig1=();created=1:'],
    ['a string that does not end', 'sig1=();nonce="a'],
    ['an escape', 'sig1=();nonce="a\\"b"'],
    ['a control character', 'sig1=();nonce="a\tb"'],
    ['a string for a time', 'sig1=();created="1"'],
    ['a number for a text', 'sig1=();nonce=1'],
    ['an unknown parameter', 'sig1=();other="1"'],
    ['an unknown number', 'sig1=();other=1'],
    ...['created=1', 'expires=1', 'nonce="a"', 'alg="a"', 'keyid="a"', 'tag="a"'].map((one): [string, string] => [
      `${one} twice`,
      `sig1=();${one};${one}`,
    ]),
  ])('leaves to the full parser %s', (_, text) => {
    expect(plainly(text)).toBeUndefined()
  })

  test('never says anything else than the full parser', () => {
    const piece = fc.oneof(
      fc.constantFrom(...LISTS, '=', ';', ')', '(', '"', ' ', ',', '\\', '-', '.', '0', '17', 'sig1', 'a'),
      fc.constantFrom(';created=17', ';expires=18', ';nonce="n"', ';alg="a"', ';keyid="k"', ';tag="t"', ';x=1'),
      fc.string({ maxLength: 3 }),
    )
    const text = fc
      .tuple(fc.constantFrom('sig1=', 's=', '', '*='), fc.constantFrom(...LISTS), fc.array(piece, { maxLength: 6 }))
      .map(([label, list, rest]) => label + list + rest.join(''))
    let read = 0
    fc.assert(
      fc.property(text, (input) => {
        const found = plainly(input)
        if (found === undefined) return
        read++
        expect(found).toEqual(inFull(input))
      }),
      { numRuns: 3_000, seed: 9421 },
    )
    expect(read).toBeGreaterThan(100)
  })
})

describe('what costs little', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('a signature whose list was seen before is not read by the full parser', () => {
    const verifier = rfc9421Verifier()
    // Which takes the fields apart at their commas.
    const split = vi.spyOn(String.prototype, 'split')
    const parts = (): number => {
      split.mockClear()
      void verifier.parse(withInput(request(), 'sig1=("@method");created=1;keyid="k"'))[0]?.covers
      return split.mock.calls.length
    }
    expect(parts()).toBeGreaterThan(0)
    expect(parts()).toBe(0)
  })
})
