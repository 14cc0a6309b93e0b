import { utf8 } from '../../crypto/encoding.js'
import { Secret } from '../../crypto/secret.js'
import { invalid, type Provider, unavailable } from './provider.js'

/** `env:NAME`. */
export const fromEnvironment: Provider = async (name, { env, clean }) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name))
    invalid('"env:" must be followed by the name of an environment variable')
  const text = Object.hasOwn(env, name) ? env[name] : undefined
  const what = `environment variable ${name}`
  const bytes = text ? clean(what, utf8(text)) : undefined
  return bytes?.length
    ? new Secret(bytes)
    : unavailable(`${what} expected a value, it is ${text === undefined ? 'not set' : 'empty'}`)
}
