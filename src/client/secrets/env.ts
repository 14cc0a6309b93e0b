import { Secret } from '../../crypto/secret.js'
import { invalid, type Provider, unavailable } from './provider.js'

/** `env:NAME`. */
export const fromEnvironment: Provider = async (name, { env }) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) invalid('"env:" expected the name of an environment variable')
  const text = Object.hasOwn(env, name) ? env[name] : undefined
  return text
    ? Secret.fromText(text)
    : unavailable(`environment variable ${name} expected a value, it is ${text === '' ? 'empty' : 'not set'}`)
}
