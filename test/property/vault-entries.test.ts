import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { packEntries, unpackEntries } from '../../src/crypto/vault-entries.js'
import { draws } from '../thorough.js'

describe('packEntries and unpackEntries', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 400 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).map(utf8),
  )
  const entries = fc.uniqueArray(fc.tuple(name, bytes), { selector: ([one]) => one, maxLength: 20 })

  it('are each other’s opposite, and the order of entries does not show', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const packed = packEntries(new Map(list))
        expect(Math.log2(packed.length / 4096) % 1).toBe(0)
        expect(packEntries(new Map([...list].reverse()))).toEqual(packed)
        const back = unpackEntries(packed)
        expect(new Map([...back].map(([one, held]) => [one, held.reveal()]))).toEqual(new Map(list))
      }),
      { numRuns: draws(100) },
    )
  })

  it('read what was changed as other entries or not at all, and throw nothing else', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat({ max: 255 }), (list, at, byte) => {
        const packed = packEntries(new Map(list))
        packed[at % packed.length] = byte
        try {
          const back = unpackEntries(packed)
          expect(new Map([...unpackEntries(packEntries(back))].map(([one, held]) => [one, held.reveal()]))).toEqual(
            new Map([...back].map(([one, held]) => [one, held.reveal()])),
          )
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORE_CORRUPTED' })
        }
      }),
      { numRuns: 300 },
    )
  })
})
