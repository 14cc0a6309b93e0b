import { describe, expect, test } from 'vitest'
import { REQUEST_SCHEMES } from '../../contract/schemes/all.js'
import { codeBy, orderOf, signedBy } from '../../contract/schemes/judged.js'

describe.each(REQUEST_SCHEMES)('$name', (row) => {
  test('a body that is announced and not handed over is none that was signed', async () => {
    // A stamp signs nothing but a body.
    if (row.verifier.id === 'turnkey') return
    const signed = signedBy(row, { ...orderOf(row), body: null })
    expect(await codeBy(row, signed)).toBe('ok')
    const { covers } = row.verifier.parse(signed)[0] ?? {}
    if (covers?.has('body') !== true && covers?.has('parameters') !== true) return
    for (const fields of [
      ['Content-Length', '12'],
      ['Transfer-Encoding', 'chunked'],
    ])
      expect(await codeBy(row, { ...signed, fields: [...signed.fields, ...fields] })).not.toBe('ok')
  })
})
