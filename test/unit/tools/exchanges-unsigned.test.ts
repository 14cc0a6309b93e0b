import { expect, test } from 'vitest'
import { unsignedParts } from '../../../tools/exchanges-unsigned.mjs'

test('the fields of an exchange that are signed by nothing are found', { timeout: 120_000 }, async () => {
  const parts = await unsignedParts()
  expect(parts.get('orderly')?.fields).toContain('orderly-account-id')
  expect(parts.get('polymarket')?.fields).toEqual(['POLY_ADDRESS'])
  expect(parts.get('okx')?.fields).toEqual([])
  expect([...parts.values()].flatMap(({ wrong }) => wrong)).toEqual([])
})
