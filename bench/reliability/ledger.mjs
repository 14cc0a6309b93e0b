// Who was told what: every request by its number, which is signed as a part of its path.

/** What an honest, withdrawn or forged request is; copies are counted with what they copy. */
export const KIND = { honest: 0, withdrawn: 1, forged: 2, unknown: 3 }

/** @param {number} size how many different requests there may be */
export function createLedger(size) {
  const bytes = () => new Uint8Array(size)
  return {
    next: 0,
    kind: bytes(),
    /** How often it was sent, answered with 200, accepted and called a replay; the last three can only be told by others. */
    sent: bytes(),
    welcomed: bytes(),
    accepted: bytes(),
    replayed: bytes(),
    sentMs: new Float64Array(size),
    /** The first try of what was signed and sent again after a 503; its own number for a first try. */
    first: new Uint32Array(size),
    /** Of a first try: the number of the last one, and how many there were. */
    last: new Uint32Array(size),
    tries: bytes(),
    acceptedMs: new Float64Array(size),
    /** The last refusal. */
    code: new Array(size),
    key: new Array(size),
    /** Verdicts by code, all sends. */
    verdicts: {},
    /** Answers by status, all sends; 0 for none. */
    answers: {},
    odd: [],
  }
}

const count = (table, name) => {
  table[name] = (table[name] ?? 0) + 1
}

/** One report of a verifier process. */
export function enterSeen(ledger, seen) {
  for (const [index, code, arrivedMs] of seen) {
    count(ledger.verdicts, code)
    if (!(index >= 0 && index < ledger.next)) {
      ledger.odd.push(`a request that was never sent: ${index}`)
      continue
    }
    if (code === 'OK') {
      ledger.accepted[index]++
      ledger.acceptedMs[index] = arrivedMs
    } else {
      ledger.code[index] = code
      if (code === 'REPLAY') ledger.replayed[index]++
    }
  }
}

const TITLES = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }

/** One answer as the client got it; `undefined` for none. */
export function enterAnswer(ledger, index, answer) {
  const status = answer?.status ?? 0
  count(ledger.answers, status)
  if (status === 200) ledger.welcomed[index]++
  const expected =
    status === 200 ? 'ok' : JSON.stringify({ type: 'about:blank', title: TITLES[status] ?? 'unexpected', status })
  if (answer !== undefined && answer.body !== expected && ledger.odd.length < 20)
    ledger.odd.push(`an answer that is not typed: ${status} ${answer.body.slice(0, 80)}`)
}
