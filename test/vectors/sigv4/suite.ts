import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '../../../src/crypto/encoding.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { haveSharedVectors, sharedJson, sharedText } from '../../shared-vectors.js'

/** One case of the AWS signing test suite (awslabs/aws-c-auth, tests/aws-signing-test-suite, Apache-2.0). */
export interface SuiteCase {
  readonly name: string
  readonly context: {
    readonly credentials: {
      readonly access_key_id: string
      readonly secret_access_key: string
      readonly token?: string
    }
    readonly expiration_in_seconds: number
    readonly normalize: boolean
    readonly region: string
    readonly service: string
    readonly sign_body: boolean
    readonly timestamp: string
    readonly omit_session_token?: boolean
  }
  readonly request: HttpRequest
  /** A text of the case: `header-canonical-request`. */
  text(file: string): string
  json<T>(file: string): T
}

const ROOT = 'sigv4/aws-signing-test-suite'

/** A request as the suite writes it down: lines end in a line feed, and the target may hold spaces and UTF-8. */
export function suiteRequest(text: string): HttpRequest {
  const end = text.indexOf('\n\n')
  const head = (end === -1 ? text : text.slice(0, end)).replace(/\n[ \t]+/g, ' ')
  const [first = '', ...lines] = head.split('\n').filter((line) => line !== '')
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? []
  const all = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const)
  const body = end === -1 ? '' : text.slice(end + 2).replace(/\n+$/, '')
  return {
    method,
    target,
    scheme: 'https',
    authority: all.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '',
    fields: all.filter(([name]) => name.toLowerCase() !== 'host').flat(),
    body: body === '' ? null : utf8(body),
  }
}

/** The cases of a version that are complete. */
export function suiteCases(version: 'v4' | 'v4a'): readonly SuiteCase[] {
  if (!haveSharedVectors) return []
  const root = join(process.cwd(), '..', 'shared', 'vectors', ROOT, version)
  const complete = readdirSync(root).filter((name) => readdirSync(join(root, name)).includes('query-signature.txt'))
  return complete.map((name) => {
    const path = `${ROOT}/${version}/${name}`
    return {
      name,
      context: sharedJson<SuiteCase['context']>(`${path}/context.json`),
      request: suiteRequest(sharedText(`${path}/request.txt`)),
      text: (file) => sharedText(`${path}/${file}.txt`),
      json: (file) => sharedJson(`${path}/${file}.json`),
    }
  })
}
