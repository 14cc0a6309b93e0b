import { describe, expect, it } from 'vitest'
import { CLIENTS } from '../../../../src/clients/templates.js'
import { gridOf, roundUp } from '../../../../src/console/page/incident/scale.js'
import { LANGUAGE_NAMES } from '../../../../src/console/page/key/language-names.js'

describe('the tabs of the signing code', () => {
  it('have the names that the code has when it is there', () => {
    const names = Object.fromEntries(CLIENTS.map(({ id, name }) => [id, name]))
    expect(LANGUAGE_NAMES).toEqual({ ...names, node: 'Node' })
  })
})

describe('the scale of the timeline', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 10, 11, 23, 49, 50, 51, 999, 1_000])('stands at whole requests for %d', (most) => {
    const top = roundUp(most)
    expect(top).toBeGreaterThanOrEqual(most)
    for (const share of gridOf(top)) expect(Number.isInteger(top * share)).toBe(true)
  })
})
