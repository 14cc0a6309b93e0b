/* What every key that is given is looked at for: a page has it before the rest of what is said of keys. */

export const PRIVATE_KEY: RegExp = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/

/** True for the PEM or JWK of a private key. */
export const isPrivateKey = (key: string | object | undefined): boolean =>
  typeof key === 'string'
    ? PRIVATE_KEY.test(key) || (/^\s*\{/.test(key) && /"kty"/.test(key) && /"d"\s*:\s*"/.test(key))
    : typeof (key as { readonly d?: unknown } | undefined)?.d === 'string'
