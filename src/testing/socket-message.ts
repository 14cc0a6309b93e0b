import { isCountersignError, type VerdictCode } from '../errors.js'
import { uuids } from '../exchange/signer/nonce-formats.js'
import type { Draft } from '../exchange/spec/draft.js'
import { type ReadMessage, readMessage } from '../exchange/verifier/read-message.js'
import type { SocketFacts } from './answers.js'
import { bodyOf, refusalFor } from './general.js'
import { type Inside, type MockRequest, masked } from './inside.js'
import { codeOf, judge } from './judge.js'
import { jsonOf } from './parameters.js'
import { shownAt, textsIn } from './shown-at.js'

/** One connection. */
export interface Session {
  /** Whose it is, after a log-in. */
  keyId: string | undefined
  readonly host: string
  readonly clientIp: string | undefined
  /** Challenges that were handed out on it. */
  readonly challenges: Set<string>
}

type Json = Readonly<Record<string, unknown>>

/** What was made out of a message. */
interface Outcome {
  readonly message: string
  readonly code: VerdictCode | undefined
  readonly keyId?: string | undefined
  readonly draft?: Draft | undefined
}

/** Reads one message and returns the exchange's answer; `undefined` for none. */
export async function answerMessage(inside: Inside, session: Session, text: string): Promise<unknown> {
  const { spec, answers, listener } = inside
  const { socket } = answers
  const { pings = {} } = socket ?? {}
  if (Object.hasOwn(pings, text)) return pings[text]
  const parsed = jsonOf(text)
  const received = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Json
  if (socket?.challenge?.asks(received) === true) {
    const challenge = uuids.nonces.next('')
    session.challenges.add(challenge)
    return socket.challenge.answer(challenge)
  }
  const outcome = (await signedMessage(inside, session, received)) ?? shownToken(inside, received)
  if (outcome === undefined) {
    note(inside, { message: 'message', code: undefined, keyId: session.keyId }, parsed ?? text)
    const said = await Promise.resolve(listener?.(parsed ?? text, { keyId: session.keyId }))
    if (said !== undefined) return said
    const facts = factsOf(inside, session, { message: 'message', code: undefined }, received)
    const open = session.keyId !== undefined || (spec.messages?.['login'] === undefined && spec.token === undefined)
    return open ? socket?.other?.(facts) : socket?.anonymous?.(facts)
  }
  note(inside, outcome, outcome.draft?.options ?? {})
  const facts = factsOf(inside, session, outcome, received)
  if (outcome.code === undefined) {
    session.keyId = outcome.keyId
    return socket === undefined ? { event: outcome.message, ok: true } : socket.accepted(facts)
  }
  return socket === undefined
    ? { event: outcome.message, ok: false, ...Object(facts.refusal.body) }
    : socket.refused(facts)
}

/** The first of the exchange's signed messages that this is one of, judged. */
async function signedMessage(inside: Inside, session: Session, received: Json): Promise<Outcome | undefined> {
  const { spec } = inside
  for (const [message, { lifeMs }] of Object.entries(spec.messages ?? {})) {
    let found: ReadMessage | undefined
    try {
      found = readMessage(spec, message, received, session.host)
    } catch (error) {
      if (!isCountersignError(error)) throw error
      return { message, code: codeOf(error) }
    }
    if (found === undefined) continue
    const { challenge } = found.draft.options
    if (challenge !== undefined && !session.challenges.has(String(challenge)))
      return { message, code: 'SIGNATURE_INVALID', keyId: found.draft.key }
    const { code, account } = await judge(inside, { ...found, clientIp: session.clientIp, pastMs: lifeMs })
    return { message, code, keyId: account?.keyId ?? found.draft.key, draft: found.draft }
  }
  return undefined
}

/** A message that shows a token which a signed request fetched, or another where one is expected. */
function shownToken({ spec, tokens }: Inside, received: Json): Outcome | undefined {
  if (spec.token?.template === undefined) return undefined
  const texts = textsIn(received)
  // Some exchanges put it at the end of a channel's name.
  const shown = [...tokens].find(([token]) => texts.some((text) => text.includes(token)))
  if (shown !== undefined) return { message: 'token', code: undefined, keyId: shown[1] }
  return shownAt(spec.token.template, '$token', received) === undefined
    ? undefined
    : { message: 'token', code: 'KEY_UNKNOWN' }
}

function note(inside: Inside, { message, code, keyId }: Outcome, params: unknown): void {
  inside.log({
    via: 'socket',
    method: message,
    path: '',
    params: masked(params, inside) as MockRequest['params'],
    json: undefined,
    keyId,
    receivedMs: inside.now(),
    code,
    status: 101,
  })
}

function factsOf(inside: Inside, session: Session, outcome: Outcome, received: Json): SocketFacts {
  const { message, code, draft, keyId = '' } = outcome
  const facts = {
    nowMs: inside.now(),
    name: '',
    time: draft?.time ?? '',
    nonce: draft?.nonce ?? '',
    window: draft?.window ?? '',
    clientIp: session.clientIp ?? '',
    params: (masked(draft?.options ?? {}, inside) ?? {}) as Json,
  }
  const [status, said] = code === undefined ? ([200, null] as const) : refusalFor(inside.answers, code)
  const refusal = { status, body: bodyOf(said, { ...facts, method: '', path: '', json: undefined }) }
  return { ...facts, message, received, code, keyId, refusal }
}
