import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../../src/message/message.js'
import { type ExplainFacts, type ExplainRules, explainer } from '../../../src/server/explain.js'
import type { Refused } from '../../../src/server/verdict.js'
import { withCode } from '../../expect-code.js'

const refused: Refused = {
  ok: false,
  code: 'SIGNATURE_INVALID',
  status: 401,
  conclusive: true,
  detail: 'the signature does not match',
  claimedKeyId: 'bot-1',
  request: httpRequest({ url: 'https://api.example.com/' }),
  clientIp: undefined,
  retryAfterMs: undefined,
}
const facts = { nowMs: 5 } as ExplainFacts
const WHY = { code: 'SIGNATURE_INVALID', detail: 'the signature does not match' }
const FINDING = { id: 'a', certainty: 'proven', cause: 'b', evidence: 'c', fix: 'd' }
const made = (rules: Partial<ExplainRules> = {}) =>
  explainer({ allows: () => true, finding: async () => FINDING, ...rules })
const thrown = (): never => {
  throw new Error('of the rules')
}

describe('a refusal that is explained', () => {
  test('has its code and its detail, and what was most likely done wrong', async () => {
    const asked: unknown[] = []
    const one = made({
      allows: (...args) => asked.push(args) > 0,
      finding: async (...args) => {
        asked.push(args)
        return FINDING
      },
    })
    expect(one.coded(refused, () => facts)).toEqual({ ...refused, explanation: WHY })
    expect(asked.splice(0)).toEqual([[refused.request, facts]])
    expect(await one.explained(refused, () => facts)).toEqual({
      ...refused,
      explanation: { ...WHY, finding: FINDING },
    })
    expect(asked).toEqual([
      [refused.request, facts],
      [refused, facts],
    ])
  })

  test('is the refusal itself where its sender may not read it, and nothing is looked for', async () => {
    let looked = 0
    const finding = async () => {
      looked++
      return FINDING
    }
    for (const allows of [() => false, () => 'yes', () => 1, async () => true, () => undefined, thrown]) {
      const one = made({ allows: allows as ExplainRules['allows'], finding })
      expect(one.coded(refused, () => facts)).toBe(refused)
      expect(await one.explained(refused, () => facts)).toBe(refused)
    }
    expect(made({ finding }).coded(refused, thrown)).toBe(refused)
    expect(looked).toBe(0)
  })

  test('has no finding where there is none, it is not of texts, or it fails', async () => {
    const others = [undefined, null, {}, 'text', 7, { ...FINDING, id: 5 }, { ...FINDING, fix: undefined }]
    for (const finding of [...others.map((other) => async () => other), thrown])
      expect(await made({ finding: finding as ExplainRules['finding'] }).explained(refused, () => facts)).toStrictEqual(
        {
          ...refused,
          explanation: WHY,
        },
      )
  })

  test('has the texts of a finding and nothing else of it', async () => {
    const finding = async () => ({ ...FINDING, base: 'the text that is signed' })
    const { explanation } = await made({ finding }).explained(refused, () => facts)
    expect(explanation?.finding).toEqual(FINDING)
  })
})

test('an explainer needs both of its rules, as functions, and takes no other', () => {
  for (const [rules, text] of [
    [{ allows: () => true }, '"finding"'],
    [{ finding: async () => undefined }, '"allows"'],
    [{ allows: true, finding: async () => undefined }, '"allows" must be a function'],
    [{ allows: () => true, finding: FINDING }, '"finding" must be a function'],
    [{ allows: () => true, finding: async () => undefined, allow: 1 }, '"allow"'],
    [undefined, 'explainer'],
  ] as const)
    expect(() => explainer(rules as never)).toThrow(withCode('CONFIG_INVALID', text))
})
