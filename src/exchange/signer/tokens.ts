import { fail } from '../../errors.js'
import { isWellFormed } from '../../message/values.js'
import { select } from '../../support/selector.js'
import { watchedArgs } from '../spec/arguments.js'
import { emptyDraft } from '../spec/draft.js'
import type { Login, SignedRequest, SignOptions } from '../spec/signer-types.js'
import type { MessageArgs, TokenSpec } from '../spec/spec.js'
import { templateText } from '../spec/template.js'
import type { SigningAccount } from './account.js'
import type { SignRequest } from './requests.js'

/** A login by a token: the signed request that fetches it, and what is made of the answer. */
export function tokenLogin(
  { spec, nowOf }: Pick<SigningAccount, 'spec' | 'nowOf'>,
  token: TokenSpec,
  signRequest: SignRequest,
  /** Completes a login. */
  placed: (login: Login) => Login,
): (args: MessageArgs, when: SignOptions | undefined) => Login | Promise<Login> {
  return (args, when) => {
    const messagesOf = (found: string): readonly string[] => {
      const { options, assertUsed } = watchedArgs(`${spec.id} login`, args, {}, { token: found })
      const draft = emptyDraft()
      draft.options = options
      const messages = token.template === undefined ? [] : [templateText(token.template, draft)]
      assertUsed()
      return messages
    }
    // What cannot be said is refused before anything is asked for.
    messagesOf('a token')
    const use = (answer: unknown): Login => {
      const found = tokenOf(spec.name, token, answer)
      return placed({
        messages: messagesOf(found),
        ...(token.query !== undefined && { query: tokenQuery(token.query, found) }),
        expiresAtMs: token.lifeMs === undefined ? undefined : Math.floor(nowOf(when) + token.lifeMs),
      })
    }
    const request = signRequest({ method: token.method, path: token.path }, when)
    const wrap = (ready: SignedRequest): Login => ({ messages: [], expiresAtMs: undefined, request: ready, use })
    return request instanceof Promise ? request.then(wrap) : wrap(request)
  }
}

/** What the socket's URL shows of a token. */
export const tokenQuery = (query: string, token: string): string => query.replace('$token', encodeURIComponent(token))

function tokenOf(name: string, { token }: TokenSpec, answer: unknown): string {
  const found = select(answer, token)
  const isText = typeof found === 'string' && found !== ''
  return isText && isWellFormed(found)
    ? found
    : fail(
        'CONFIG_INVALID',
        `the answer of ${name} must hold a token for the socket, got ${isText ? 'one with a lone surrogate' : 'none'}`,
      )
}
