import { readFile } from 'node:fs/promises'
import { cappedBytes } from '../support/body.js'
import { type AwsContext, type AwsIdentity, type AwsSource, identityOf, unavailable } from './identity.js'
import { profileSource } from './shared-config.js'

const MAX_ANSWER = 65_536

/** @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html | AWS SDKs: access keys} */
const environmentSource: AwsSource = {
  name: 'environment',
  find: async ({ env, profile }) => {
    const [id, secret] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']]
    // A profile that the program states goes before what happens to be in the environment.
    if (profile !== undefined || (!id && !secret)) return undefined
    return identityOf('the environment', id, secret, env['AWS_SESSION_TOKEN'], env['AWS_CREDENTIAL_EXPIRATION'])
  },
}

/** The text of an answer. Redirects are not followed: a key, or the token for one, must not go elsewhere. */
async function ask(
  what: string,
  { fetch, timeoutMs }: AwsContext,
  url: string,
  init: RequestInit = {},
): Promise<string> {
  let response: Response
  try {
    response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  } catch (cause) {
    throw unavailable(`${what} cannot be reached`, cause)
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw unavailable(`${what} answered ${response.status}`)
  }
  return new TextDecoder().decode(await cappedBytes(response, MAX_ANSWER))
}

function identityOfAnswer(what: string, text: string): AwsIdentity {
  let value: Readonly<Record<string, unknown>>
  try {
    value = Object(JSON.parse(text))
  } catch {
    throw unavailable(`${what} answered something that is no JSON`)
  }
  return identityOf(what, value['AccessKeyId'], value['SecretAccessKey'], value['Token'], value['Expiration'])
}

/** Addresses of the container agents (ECS and EKS), which alone may be asked without TLS, beside this machine. */
const AGENTS = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost', '127.0.0.1', '[::1]']

/** @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html | AWS SDKs: container credentials} */
const containerSource: AwsSource = {
  name: 'container',
  find: async (context) => {
    const { env } = context
    const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
    const full = env['AWS_CONTAINER_CREDENTIALS_FULL_URI']
    if (!relative && !full) return undefined
    const what = 'the container agent'
    if (relative && !/^\/[!-~]*$/.test(relative)) throw unavailable('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path')
    let url: URL
    try {
      url = new URL(relative ? `http://169.254.170.2${relative}` : (full as string))
    } catch {
      throw unavailable('AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL')
    }
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && AGENTS.includes(url.hostname)))
      throw unavailable('AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or the address of a container agent')
    const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']
    const token = file ? await tokenOf(file) : env['AWS_CONTAINER_AUTHORIZATION_TOKEN']
    if (token !== undefined && /[\r\n]/.test(token)) throw unavailable('the authorization token holds a line break')
    const headers: Record<string, string> = token ? { authorization: token } : {}
    return identityOfAnswer(what, await ask(what, context, url.href, { headers }))
  },
}

async function tokenOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw unavailable(
      `the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read (${(cause as NodeJS.ErrnoException).code})`,
    )
  }
}

const METADATA = 'http://169.254.169.254'
const ROLE = '/latest/meta-data/iam/security-credentials/'

/**
 * The role of an instance, by version 2 of its metadata service alone: version 1 answers requests that a program was tricked into.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html | Amazon EC2: instance metadata}
 */
const instanceSource: AwsSource = {
  name: 'instance',
  find: async (context) => {
    const { env } = context
    if (env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined
    const base = (env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || METADATA).replace(/\/$/, '')
    const what = 'the metadata service of the instance'
    let token: string
    try {
      token = await ask(what, context, `${base}/latest/api/token`, {
        method: 'PUT',
        headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
      })
    } catch {
      // Not on an instance: there is nothing there.
      return undefined
    }
    const headers = { 'x-aws-ec2-metadata-token': token.trim() }
    const [role = ''] = (await ask(what, context, base + ROLE, { headers })).trim().split('\n')
    if (!/^[\w+=,.@-]{1,128}$/.test(role)) throw unavailable(`${what} names no role`)
    return identityOfAnswer(what, await ask(what, context, base + ROLE + role, { headers }))
  },
}

/** In the order of the AWS SDKs. */
export const AWS_SOURCES: readonly AwsSource[] = [environmentSource, profileSource, containerSource, instanceSource]
