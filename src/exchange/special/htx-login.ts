import { readAlgorithm } from '../spec/algorithm-names.js'
import { type Draft, textOf } from '../spec/draft.js'
import { joinTexts } from '../spec/pairs.js'
import { percentEncoded } from '../spec/percent.js'
import type { PlaceList } from '../spec/places.js'

/** What HTX calls the algorithms. */
export const METHODS = { 'hmac-sha256': 'HmacSHA256', ed25519: 'Ed25519' } as const

/** The texts of a query as HTX wants them. */
export const encodedTexts = ({
  key,
  time,
  algorithm,
}: Draft): Readonly<Record<'key' | 'time' | 'algorithm', string>> => ({
  key: percentEncoded(key),
  time: percentEncoded(time),
  algorithm: METHODS[algorithm as keyof typeof METHODS],
})

/** Reads what the algorithm is called. @throws {CountersignError} `AUTH_MALFORMED` for a method that is none of these. */
export const readMethod = (draft: Draft): void => readAlgorithm(draft, METHODS, 'SignatureMethod')

/** The method that a message states. */
export const methodOf = ({ options }: Draft): string => String(options['signatureMethod'])

/** What is signed to log in to a socket. @param at its path, where no other is given */
export const loginText =
  (at: string, pairs: PlaceList) =>
  (draft: Draft): string => {
    const { host = draft.host, path = at } = draft.options
    const texts = pairs.map(([name, value]) => [name, textOf(draft, value)] as const)
    return ['GET', String(host).toLowerCase(), path, joinTexts(texts, percentEncoded)].join('\n')
  }
