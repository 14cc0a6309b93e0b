import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { watchedArgs } from '../spec/arguments.js'
import { type Draft, emptyDraft, setTarget, textOf } from '../spec/draft.js'
import { percentEncoded } from '../spec/percent.js'
import type { PlaceList } from '../spec/places.js'
import { assertBase, fillCredentials, placeSignature } from '../spec/sign.js'
import type { Login, SignOptions } from '../spec/signer-types.js'
import type { MessageArgs, MessageSpec } from '../spec/spec.js'
import { fillTemplate, templateText } from '../spec/template.js'
import { type SigningAccount, withSignature } from './account.js'
import { recordOf } from './requests.js'

/** What is said on a socket, signed. */
export interface MessageSigner {
  /** The exchange's message `login`. */
  login(one: MessageSpec, args: MessageArgs, when: SignOptions | undefined): Login | Promise<Login>
  /** Any of its messages, by name. @throws {CountersignError} `CONFIG_INVALID` for a name that it does not have. */
  signMessage(name: string, args: MessageArgs, when: SignOptions | undefined): string | Promise<string>
}

/** Signs the messages of an exchange. */
export function messageSigner({ spec, key, account, home, output, nowOf, nonceOf }: SigningAccount): MessageSigner {
  const { algorithm } = key
  const messages = spec.messages ?? {}

  const sign = <T>(
    one: MessageSpec,
    name: string,
    given: MessageArgs,
    when: SignOptions | undefined,
    then: (draft: Draft, nowMs: number) => T,
  ): T | Promise<T> => {
    const watched = watchedArgs(`${spec.id} ${name}`, given, {
      ...account.options,
      ...one.args,
      ...one.keyArgs?.[algorithm],
    })
    const { options } = watched
    // One set of arguments may serve several messages of an exchange, but each login says all it is given.
    const assertUsed = (): void =>
      watched.assertUsed(() => {
        if (name !== 'login')
          for (const other of Object.values(messages)) fillTemplate(other.template, { ...draft, options })
      })
    if (one.algorithms?.includes(algorithm) === false)
      fail('CONFIG_INVALID', `"key" must be one of ${one.algorithms} for "${name}" at ${spec.name}, got ${algorithm}`)
    const draft = emptyDraft()
    const nowMs = nowOf(when)
    fillCredentials({ ...spec, ...one }, { ...account, options }, key, nowMs, nonceOf(when, one.nonce), draft)
    draft.method = 'GET'
    draft.scheme = home.scheme
    draft.host = home.authority
    setTarget(draft, one.path ?? '/')
    const base = baseOf(one, draft, assertUsed)
    if (typeof base === 'string') draft.payload = base
    else assertBase(base)
    return withSignature(key, base, one.output ?? output, (signature) => {
      placeSignature({}, draft, one.output ?? output, signature)
      const made = then(draft, nowMs)
      assertUsed()
      return made
    })
  }

  return {
    login: (one, args, when) =>
      sign(one, 'login', args, when, (draft, nowMs) => {
        const time = one.time ?? spec.time
        const lifeMs = time?.lifeMs ?? one.lifeMs
        return {
          messages: one.template === undefined ? [] : [templateText(one.template, draft)],
          ...(one.headers !== undefined && { headers: recordOf(draft, one.headers) }),
          ...(one.query !== undefined && { query: queryOf(draft, one.query) }),
          expiresAtMs: lifeMs === undefined ? undefined : Math.floor(nowMs + lifeMs),
        }
      }),
    signMessage: (name, args, when) => {
      const one = Object.hasOwn(messages, name) ? messages[name] : undefined
      return one === undefined
        ? fail('CONFIG_INVALID', `"${name}" must be a message of ${spec.name}: ${Object.keys(messages)}`)
        : sign(one, name, args, when, (draft) => templateText(one.template, draft))
    },
  }
}

/** What a message signs. An error for what is missing is one for the name it was given under, where there is one. */
function baseOf(one: MessageSpec, draft: Draft, assertUsed: () => void): Bytes {
  try {
    return one.base(draft)
  } catch (error) {
    // What stands in the form is asked for by it.
    fillTemplate(one.template, draft)
    assertUsed()
    throw error
  }
}

const queryOf = (draft: Draft, list: PlaceList): string =>
  list.map(([name, value]) => `${name}=${percentEncoded(textOf(draft, value))}`).join('&')
