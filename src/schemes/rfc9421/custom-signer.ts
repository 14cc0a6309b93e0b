import type { SigningKey } from '../../crypto/key.js'
import { fail, kindOf } from '../../errors.js'
import type { HttpMessage } from '../../message/message.js'
import type { Coverage, Signer } from '../scheme.js'
import { badComponent, type Component, type ComponentInit, plainComponent } from './base.js'
import { coverageOfAll } from './covered.js'
import { assertSignerOptions, configured, coverLess, type Rfc9421SignerOptions } from './options.js'
import { presetOptional, presetRequired, type Shape, shapes } from './shape.js'
import { signerOf } from './signer.js'

const EXTENSIONS =
  /^(?:;(?!(?:created|expires|nonce|alg|keyid|tag)(?:[=;]|$))[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[\w!#$%&'*+./:=?@^`|~-]+))?)*$/

/**
 * {@link rfc9421} with components, extension parameters or a digest of your own choosing. A separate function, because most
 * pages need no more than the preset.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a component list that covers less than the preset without
 *   {@link coverLess}, or for a bad label, tag or parameter. Signing throws as with {@link rfc9421}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2 | RFC 9421 2}
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421Signer } from 'countersign'
 *
 * const signer = rfc9421Signer({
 *   key: hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) }),
 *   components: ['@method', '@target-uri', '@authority', 'date'],
 * })
 * ```
 */
export function rfc9421Signer<K extends SigningKey>(options: Rfc9421SignerOptions<K>): Signer<K> {
  assertSignerOptions('rfc9421Signer', options)
  const { parameters = '' } = options
  if (!EXTENSIONS.test(parameters)) {
    fail('CONFIG_INVALID', '"parameters" must be serialised parameters of unregistered names')
  }
  return signerOf(options, customShapes(options), parameters)
}

const NEEDED: readonly Coverage[] = ['method', 'authority', 'path', 'query', 'field:content-type', 'body']

/** {@link shapes} of the caller's components, checked. */
export function customShapes(options: Rfc9421SignerOptions): (message: HttpMessage) => Shape {
  const { components, whenPresent } = options
  const compile = (option: string, list: readonly ComponentInit[]): Component[] => {
    if (!Array.isArray(list)) fail('CONFIG_INVALID', `"${option}" must be a list, got ${kindOf(list)}`)
    return configured(option, () =>
      list.map((one: ComponentInit, at) => {
        if (typeof one === 'string') return plainComponent(one)
        if (typeof one?.resolve === 'function') return one
        throw badComponent(`item ${at} must be a name, or what component() makes, got ${kindOf(one)}`)
      }),
    )
  }
  const fixed = components === undefined ? undefined : compile('components', components)
  // What is always covered need not be covered again where it is present.
  const optional = (whenPresent === undefined ? presetOptional() : compile('whenPresent', whenPresent)).filter(
    ({ name }) => fixed?.some((one) => one.canonical === name) !== true,
  )
  const required = fixed === undefined ? presetRequired() : ([fixed, fixed, fixed] as const)
  assertComponents(required[0], optional, options)
  assertCoverage(required[0], optional, options)
  return shapes(required, optional)
}

function assertComponents(
  fixed: readonly Component[],
  optional: readonly Component[],
  options: Rfc9421SignerOptions,
): void {
  if (optional.length > 16) fail('CONFIG_INVALID', '"whenPresent" must be at most 16 fields')
  if (optional.some(({ name }) => name.startsWith('@')))
    fail('CONFIG_INVALID', '"whenPresent" must hold field names, got a derived component')
  const all = [...fixed, ...optional]
  if (new Set(all.map((one) => one.canonical)).size !== all.length)
    fail('CONFIG_INVALID', '"components" names a component twice')
  // A signature cannot cover the field line it will itself stand on (RFC 9421 2.1), unless it names another member.
  const member = `;key=${JSON.stringify(options.label ?? 'sig1')}`
  const own = ['', ';bs', ';sf', member, `${member};sf`].flatMap((one) => [`signature${one}`, `signature-input${one}`])
  if (all.some(({ canonical }) => own.includes(canonical))) {
    fail('CONFIG_INVALID', '"components" cannot cover its own signature: name another signature\'s member with "key"')
  }
}

function assertCoverage(
  fixed: readonly Component[],
  optional: readonly Component[],
  options: Rfc9421SignerOptions,
): void {
  if (options[coverLess] === true || fixed.some((one) => one.name === '@status')) return
  const covered = coverageOfAll([...fixed, ...optional])
  // Without a digest of its own making, a body would be covered only where the caller happens to send one.
  const lost = NEEDED.filter((fact) => !covered.has(fact) || (fact === 'body' && options.digest === false))
  if (lost.length > 0) {
    fail(
      'CONFIG_INVALID',
      `"components" leaves out ${lost.join(', ')}; covering less needs the option [coverLess]: true`,
    )
  }
}
