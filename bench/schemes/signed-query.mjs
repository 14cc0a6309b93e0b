import { library } from '../lib/library.mjs'

const { CountersignError, isRequest } = await library('countersign')
const { combinedValue } = await library('countersign/message')

const MARK = '&signature='
const TIMESTAMP = /(?:^|&)timestamp=([1-9]\d{12})(?=&|$)/g
const SIGNATURE = /^[0-9a-f]{64}$/
// What the query alone proves: a change of host, method or path keeps a valid signature, as on the exchanges that sign so.
const COVERS = new Set(['query'])
const COVERED = ['query']
const NONE = []

/**
 * An exchange's signed query as a scheme: `…&timestamp=<ms>&signature=<hex>`, HMAC over everything before the signature, key id
 * in `X-API-KEY`. Not part of the library: it stands for the exchange files that users and later versions add.
 */
export const signedQueryVerifier = () => ({
  id: 'signed-query',
  parse: (message) => {
    if (!isRequest(message)) return NONE
    const { target, fields } = message
    const question = target.indexOf('?')
    const at = target.lastIndexOf(MARK)
    if (question === -1 || at < question) return NONE
    const hex = target.slice(at + MARK.length)
    if (!SIGNATURE.test(hex)) throw new CountersignError('SIGNATURE_MALFORMED', 'signature expected 64 hex digits')
    const base = target.slice(question + 1, at)
    TIMESTAMP.lastIndex = 0
    const time = TIMESTAMP.exec(base)
    // A second one could be the one that other code reads.
    if (time === null || TIMESTAMP.test(base))
      throw new CountersignError('TIMESTAMP_MALFORMED', 'expected one timestamp')
    return [
      {
        label: '',
        tag: undefined,
        keyId: combinedValue(fields, 'x-api-key'),
        claimedAlgorithm: undefined,
        createdMs: Number(time[1]),
        expiresMs: undefined,
        nonce: undefined,
        covered: COVERED,
        covers: COVERS,
        base,
        signature: Buffer.from(hex, 'hex'),
        bodyDigests: NONE,
      },
    ]
  },
})
