import { describe, expect, test } from 'vitest'
import { allSamples } from '../exchange/samples.js'
import { violations } from '../exchange/violations.js'

// EXCHANGE=okx narrows it down.
const only = process.env['EXCHANGE']

describe('every change that the signature still fits lies in what is not covered', () => {
  for (const sample of allSamples.filter(({ name }) => only === undefined || name.startsWith(only)))
    test(`every such change of ${sample.name} lies there`, { timeout: 120_000 }, () => {
      expect(violations(sample).slice(0, 20)).toEqual([])
    })
})
