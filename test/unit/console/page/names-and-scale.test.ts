import { describe, expect, it } from 'vitest'
import { CLIENTS } from '../../../../src/clients/templates.js'
import { axisOf, labelled } from '../../../../src/console/page/incident/scale.js'
import { LANGUAGE_NAMES } from '../../../../src/console/page/key/language-names.js'

describe('the tabs of the signing code', () => {
  it('have the names that the code has when it is there', () => {
    const names = Object.fromEntries(CLIENTS.map(({ id, name }) => [id, name]))
    expect(LANGUAGE_NAMES).toEqual({ ...names, node: 'Node' })
  })
})

describe('the scale of the timeline', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 23, 49, 50, 51, 999, 1_000])(
    'has lines at whole requests up to %d',
    (most) => {
      const { top, lines } = axisOf(most)
      expect(top).toBeGreaterThanOrEqual(Math.max(1, most))
      expect([lines[0], lines.at(-1)]).toEqual([0, top])
      expect(lines.length).toBeLessThanOrEqual(7)
      expect(lines.every(Number.isInteger)).toBe(true)
    },
  )

  it('has as many labels as there is room for, the first and the last among them', () => {
    expect(labelled(1, 5)).toEqual([0])
    expect(labelled(3, 1)).toEqual([0])
    expect(labelled(3, 0)).toEqual([0])
    expect(labelled(30, 2)).toEqual([0, 29])
    expect(labelled(31, 4)).toEqual([0, 10, 20, 30])
    expect(labelled(2, 6)).toEqual([0, 1])
  })
})
