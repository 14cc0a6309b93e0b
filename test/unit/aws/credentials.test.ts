import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { awsCredentials, awsSigner } from '../../../src/aws/index.js'
import { parseShared } from '../../../src/aws/shared-config.js'
import { signRequest } from '../../../src/client/sign-request.js'
import { fieldValues } from '../../../src/message/fields.js'
import { httpRequest } from '../../../src/message/message.js'
import { codeOf, errorOf } from '../../expect-code.js'

const ID = 'AKIAIOSFODNN7EXAMPLE'
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const home = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'aws-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return {
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}
const answer = (body: object | string, init?: ResponseInit) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), init)
type Call = readonly [url: string, init: RequestInit | undefined]
const server = (routes: Readonly<Record<string, () => Response>>) => {
  const calls: Call[] = []
  const fake = async (input: string | URL | Request, init?: RequestInit) => {
    const url = String(input)
    calls.push([url, init])
    const route = routes[`${init?.method ?? 'GET'} ${url}`]
    if (route === undefined) throw new TypeError('fetch failed')
    return route()
  }
  return { fetch: fake as typeof fetch, calls }
}

describe('where the access key of a program is found', () => {
  test('in the environment, with its token and its end', async () => {
    const env = {
      ...home({}),
      AWS_ACCESS_KEY_ID: ID,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: 'token',
      AWS_CREDENTIAL_EXPIRATION: '2099-01-01T00:00:00Z',
    }
    expect(await awsCredentials({ env })()).toEqual({
      accessKeyId: ID,
      secretAccessKey: SECRET,
      sessionToken: 'token',
      expiration: new Date('2099-01-01T00:00:00Z'),
    })
  })

  test('in a profile, where the credentials file goes before the config file', async () => {
    const env = home({
      config: `[default]\nregion = x\n[profile bot]\naws_access_key_id = OLD\naws_secret_access_key=old # comment\ns3 =\n  aws_access_key_id = NESTED\n`,
      credentials: `; comment\n[bot]\naws_access_key_id=${ID}\naws_secret_access_key = ${SECRET}\n`,
    })
    expect(await awsCredentials({ env, profile: 'bot' })()).toEqual({ accessKeyId: ID, secretAccessKey: SECRET })
    expect(await awsCredentials({ env: { ...env, AWS_PROFILE: 'bot' } })()).toMatchObject({ accessKeyId: ID })
    const stated = { ...env, AWS_ACCESS_KEY_ID: 'OTHER', AWS_SECRET_ACCESS_KEY: 'other' }
    expect(await awsCredentials({ env: stated, profile: 'bot' })()).toMatchObject({ accessKeyId: ID })
    expect(await awsCredentials({ env: { ...stated, AWS_PROFILE: 'bot' } })()).toMatchObject({ accessKeyId: 'OTHER' })
    expect(await codeOf(awsCredentials({ env, profile: 'missing' })())).toBe('SECRET_UNAVAILABLE')
  })

  test('it is read from the program of a profile', async () => {
    const printed = JSON.stringify({ Version: 1, AccessKeyId: ID, SecretAccessKey: SECRET, SessionToken: 't' })
    const folder = home({ 'print.mjs': `process.stdout.write(${JSON.stringify(printed)})` })
    writeFileSync(
      folder.AWS_CONFIG_FILE,
      `[default]\ncredential_process = "${process.execPath}" "${join(folder.HOME, 'print.mjs')}"\n`,
    )
    expect(await awsCredentials({ env: { ...process.env, ...folder } })()).toMatchObject({
      accessKeyId: ID,
      sessionToken: 't',
    })
  })

  test('it is read from the agent of a container, with its token', async () => {
    const { fetch, calls } = server({
      'GET http://169.254.170.2/v2/credentials/1': () =>
        answer({ AccessKeyId: ID, SecretAccessKey: SECRET, Token: 't', Expiration: '2099-01-01T00:00:00Z' }),
    })
    const env = {
      ...home({}),
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic x',
    }
    expect(await awsCredentials({ env, fetch })()).toMatchObject({ accessKeyId: ID, sessionToken: 't' })
    expect(calls[0]?.[1]).toMatchObject({ headers: { authorization: 'Basic x' }, redirect: 'error' })
    for (const url of ['http://evil.example/', 'ftp://localhost/', 'http://169.254.170.2.evil.example/'])
      expect(
        await codeOf(awsCredentials({ env: { ...home({}), AWS_CONTAINER_CREDENTIALS_FULL_URI: url }, fetch })()),
      ).toBe('SECRET_UNAVAILABLE')
    expect(calls).toHaveLength(1)
  })

  test('it is read from the metadata service of an instance, by version 2 alone', async () => {
    const base = 'http://169.254.169.254/latest'
    const { fetch, calls } = server({
      [`PUT ${base}/api/token`]: () => answer('session'),
      [`GET ${base}/meta-data/iam/security-credentials/`]: () => answer('my-role\n'),
      [`GET ${base}/meta-data/iam/security-credentials/my-role`]: () =>
        answer({
          Code: 'Success',
          AccessKeyId: ID,
          SecretAccessKey: SECRET,
          Token: 't',
          Expiration: '2099-01-01T00:00:00Z',
        }),
    })
    const env = { ...home({}), AWS_EC2_METADATA_DISABLED: undefined }
    expect(await awsCredentials({ env, fetch })()).toMatchObject({ accessKeyId: ID, sessionToken: 't' })
    expect(
      calls.slice(1).every(([, init]) => new Headers(init?.headers).get('x-aws-ec2-metadata-token') === 'session'),
    ).toBe(true)
    const none = server({})
    expect(await codeOf(awsCredentials({ env, fetch: none.fetch })())).toBe('SECRET_UNAVAILABLE')
    expect(none.calls).toHaveLength(1)
  })

  test.each([
    ['role_arn = arn:aws:iam::1:role/x\nsource_profile = y', 'role_arn'],
    ['sso_session = x', 'sso_session'],
    ['web_identity_token_file = x', 'web_identity_token_file'],
  ])('a way that is not built in is named, and not passed over', async (setting, name) => {
    const env = home({ config: `[default]\n${setting}\n` })
    const error = await errorOf(awsCredentials({ env })())
    expect(error.message).toContain(name)
    expect(error.message).toContain('credential_process')
  })

  test('half a key, an end that has passed and one that is no date are refused, without the secret', async () => {
    const env = { ...home({}), AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET }
    for (const wrong of [
      { AWS_ACCESS_KEY_ID: '' },
      { AWS_SECRET_ACCESS_KEY: undefined },
      { AWS_CREDENTIAL_EXPIRATION: '2001-01-01T00:00:00Z' },
      { AWS_CREDENTIAL_EXPIRATION: 'tomorrow' },
    ]) {
      const error = await errorOf(awsCredentials({ env: { ...env, ...wrong } })())
      expect(error.code).toBe('SECRET_UNAVAILABLE')
      expect(error.message).not.toContain(SECRET)
    }
  })
})

test('a section that is written in any of the ways is read as one', () => {
  const sections = parseShared(
    '\ufeff[ profile  a ] # x\r\nKEY = va#lue ; comment\r\n[b]\nx\n=y\nz=1\n[ profile a ]\nother=2',
  )
  expect([...(sections.get('profile a') ?? [])]).toEqual([
    ['key', 'va#lue'],
    ['other', '2'],
  ])
  expect([...(sections.get('b') ?? [])]).toEqual([['z', '1']])
})

test('the name of a profile in quotes is the name without them', () => {
  const sections = parseShared(`[profile "a bot"]\na=1\n[ profile 'b' ] # x\nb=2\n["c d"]\nc=3\n[profile "e]\ne=4`)
  expect([...sections.keys()]).toEqual(['profile a bot', 'profile b', 'c d', 'profile "e'])
})

describe('a temporary key', () => {
  const MINUTE = 60_000
  const world = (lives: readonly number[]) => {
    let nowMs = Date.parse('2030-01-01T00:00:00Z')
    let asked = 0
    let fails = false
    const { fetch } = server({
      'GET http://169.254.170.2/c': () => {
        if (fails) return answer('', { status: 500 })
        const ends = new Date(nowMs + (lives[Math.min(asked, lives.length - 1)] as number)).toISOString()
        return answer({ AccessKeyId: `${ID}${asked++}`, SecretAccessKey: SECRET, Token: `t${asked}`, Expiration: ends })
      },
    })
    const env = { ...home({}), AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/c' }
    const clock = { now: () => nowMs }
    return {
      credentials: awsCredentials({ env, fetch, clock, sources: ['container'] }),
      clock,
      pass: (ms: number) => {
        nowMs += ms
      },
      fail: (on: boolean) => {
        fails = on
      },
      asked: () => asked,
    }
  }

  test('is asked for once by many callers, and again five minutes before its end', async () => {
    const { credentials, pass, asked } = world([60 * MINUTE])
    const all = await Promise.all(Array.from({ length: 20 }, () => credentials()))
    expect(new Set(all).size).toBe(1)
    pass(54 * MINUTE)
    expect((await credentials()).accessKeyId).toBe(`${ID}0`)
    pass(2 * MINUTE)
    expect((await credentials()).accessKeyId).toBe(`${ID}1`)
    expect(asked()).toBe(2)
  })

  test('is used until its end where no other can be had, and not after it', async () => {
    const { credentials, pass, fail } = world([60 * MINUTE])
    await credentials()
    fail(true)
    pass(58 * MINUTE)
    expect((await credentials()).accessKeyId).toBe(`${ID}0`)
    pass(2 * MINUTE)
    expect(await codeOf(credentials())).toBe('SECRET_UNAVAILABLE')
    fail(false)
    expect((await credentials()).accessKeyId).toBe(`${ID}1`)
  })

  test('signs with its token, and stops signing at its end', async () => {
    const { credentials, clock, pass } = world([60 * MINUTE])
    const signer = await awsSigner({ credentials, clock, region: 'eu-central-1', service: 's3' })
    signer.stop()
    const request = httpRequest({ url: 'https://b.s3.eu-central-1.amazonaws.com/x' })
    const signed = await signRequest(request, signer)
    expect(fieldValues(signed.fields, 'x-amz-security-token')).toEqual(['t1'])
    expect(fieldValues(signed.fields, 'authorization')[0]).toContain(`Credential=${ID}0/`)
    pass(61 * MINUTE)
    expect(codeOf(() => signer.key)).toBe('SECRET_UNAVAILABLE')
  })

  test('is replaced in a signer while it signs', async () => {
    const { credentials, clock, pass } = world([60 * MINUTE])
    const signer = await awsSigner({ credentials, clock, region: 'eu-central-1', service: 's3', everyMs: 1_000 })
    pass(56 * MINUTE)
    await expect.poll(() => signer.key.keyId).toBe(`${ID}1`)
    const signed = await signRequest(httpRequest({ url: 'https://b.s3.eu-central-1.amazonaws.com/x' }), signer)
    expect(fieldValues(signed.fields, 'x-amz-security-token')).toEqual(['t2'])
    signer.stop()
  })
})

test('options that cannot be meant are refused', async () => {
  expect(codeOf(() => awsCredentials({ sources: [] }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => awsCredentials({ sources: ['enviroment' as never] }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => awsCredentials({ profile: '' }))).toBe('CONFIG_INVALID')
  const credentials = async () => ({ accessKeyId: ID, secretAccessKey: SECRET })
  const base = { credentials, region: 'r', service: 's' }
  expect(await codeOf(awsSigner({ ...base, key: 1 } as never))).toBe('CONFIG_INVALID')
  expect(await codeOf(awsSigner({ ...base, regoin: 'r' } as never))).toBe('CONFIG_INVALID')
})
