import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromProgram } from '../client/secrets/exec.js'
import { type AwsContext, type AwsIdentity, type AwsSource, identityOf, unavailable } from './identity.js'

type Section = ReadonlyMap<string, string>

const MAX_FILE = 1_048_576

/**
 * The sections of a shared file. A line that is indented belongs to a nested setting (`s3 =`), of which none is read here.
 *
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html | AWS SDKs: shared config and credentials files}
 */
export function parseShared(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const head = /^\s*\[\s*([^\]]+?)\s*\]\s*(?:[#;].*)?$/.exec(line)
    if (head !== null) {
      // `aws configure` quotes the name of a profile that has a space in it.
      const name = (head[1] as string).replace(/\s+/g, ' ').replace(/^(profile )?(["'])(.*)\2$/, '$1$3')
      section = sections.get(name) ?? new Map()
      sections.set(name, section)
      continue
    }
    if (section === undefined || /^\s/.test(line)) continue
    const equals = line.indexOf('=')
    if (equals < 1) continue
    // A comment needs white space before it: "#" and ";" stand in secrets.
    const value = line
      .slice(equals + 1)
      .replace(/\s+[#;].*$/, '')
      .trim()
    section.set(line.slice(0, equals).trim().toLowerCase(), value)
  }
  return sections
}

async function sectionsOf(path: string): Promise<ReadonlyMap<string, Section>> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw unavailable(`the file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`)
  }
  if (bytes.length > MAX_FILE) throw unavailable(`the file ${path} has more than ${MAX_FILE} bytes`)
  return parseShared(new TextDecoder().decode(bytes))
}

/** Both sections of a profile as one; that of the credentials file goes first (AWS SDKs, "Precedence of these files"). */
async function profileOf({ env, home }: AwsContext, name: string): Promise<Section | undefined> {
  const config = await sectionsOf(env['AWS_CONFIG_FILE'] ?? join(home, '.aws', 'config'))
  const credentials = await sectionsOf(env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(home, '.aws', 'credentials'))
  const parts = [
    name === 'default' ? (config.get('profile default') ?? config.get('default')) : config.get(`profile ${name}`),
    credentials.get(name),
  ]
  const found = parts.filter((part): part is Section => part !== undefined)
  return found.length === 0 ? undefined : new Map(found.flatMap((part) => [...part]))
}

/** Settings that name another way to come by a key, which is not built in: said, and not passed over. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  role_arn: 'a role to be assumed',
  source_profile: 'a role to be assumed',
  web_identity_token_file: 'a role to be assumed with a web identity',
  sso_session: 'AWS IAM Identity Center (SSO)',
  sso_start_url: 'AWS IAM Identity Center (SSO)',
  login_session: 'a session of "aws login"',
}

async function fromProcess(where: string, command: string, { env, timeoutMs }: AwsContext): Promise<AwsIdentity> {
  const printed = await fromProgram(command, {
    env,
    timeoutMs,
    clean: (_, bytes) => bytes,
    passphrase: () => Promise.reject(unavailable('a program has no passphrase')),
    opened: new Map(),
  })
  let value: Readonly<Record<string, unknown>>
  try {
    value = Object(JSON.parse(printed.revealText()))
  } catch {
    throw unavailable(`what the credential_process of ${where} prints is no JSON`)
  }
  if (value['Version'] !== 1) throw unavailable(`what the credential_process of ${where} prints has no "Version": 1`)
  return identityOf(
    `the credential_process of ${where}`,
    value['AccessKeyId'],
    value['SecretAccessKey'],
    value['SessionToken'],
    value['Expiration'],
  )
}

/** A profile of the shared files: its key, or the program that prints one. */
export const profileSource: AwsSource = {
  name: 'profile',
  find: async (context) => {
    const stated = context.profile ?? context.env['AWS_PROFILE']
    const name = stated === undefined || stated === '' ? 'default' : stated
    const where = `profile ${JSON.stringify(name)}`
    const section = await profileOf(context, name)
    if (section === undefined) {
      if (name !== 'default') throw unavailable(`${where} is in neither of the shared files`)
      return undefined
    }
    const [id, secret] = [section.get('aws_access_key_id'), section.get('aws_secret_access_key')]
    if (id !== undefined || secret !== undefined) return identityOf(where, id, secret, section.get('aws_session_token'))
    const command = section.get('credential_process')
    if (command !== undefined) return fromProcess(where, command, context)
    const other = Object.keys(ELSEWHERE).find((setting) => section.has(setting))
    if (other !== undefined)
      throw unavailable(
        `${where} names ${ELSEWHERE[other]} (${other}), which is not built in: use a credential_process, such as "aws configure export-credentials --format process"`,
      )
    return undefined
  },
}
