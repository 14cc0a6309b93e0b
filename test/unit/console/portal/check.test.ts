import { describe, expect, it } from 'vitest'
import { ALICE, BOB, closesPortals, type Person, portalWorld } from './portal-world.js'

closesPortals()

const made = async (person: Person) => (await person('POST keys', { scopes: ['orders:read'] })).json

describe('the test box', () => {
  it('judges a pasted request as often as one likes, and claims no nonce', async () => {
    const world = portalWorld({ withVerifier: true })
    const alice = world.as(ALICE)
    const { key, secret } = await made(alice)
    const text = await world.signed(key.id, secret)
    for (let i = 0; i < 2; i++) {
      const { status, json } = await alice('POST check', { text })
      expect(status).toBe(200)
      expect(json).toMatchObject({
        verdict: { wouldAccept: true },
        keyId: key.id,
        scheme: 'rfc9421',
        signature: 'fits',
      })
    }
    // Nothing of it is a use of the key.
    expect((await alice(`GET keys/${key.id}`)).json.key.usage).toBeUndefined()
    await world.log.flush()
    expect((await alice(`GET activity?ids=${key.id}`)).json.keys).toEqual({})
  })

  it('has the reason of the verifier and the findings of the doctor', async () => {
    const world = portalWorld({ withVerifier: true })
    const alice = world.as(ALICE)
    const { key, secret } = await made(alice)
    const text = await world.signed(key.id, secret)
    const changed = await alice('POST check', { text: text.replace('limit=5', 'limit=6') })
    expect(changed.json.verdict).toMatchObject({ wouldAccept: false, code: 'SIGNATURE_INVALID' })
    expect(changed.json.signature).not.toBe('fits')
    expect(changed.json.findings.length).toBeGreaterThan(0)
    world.nowMs += 3_600_000
    expect((await alice('POST check', { text })).json.verdict.code).toBe('TIMESTAMP_EXPIRED')
    await alice(`POST keys/${key.id}/revoke`)
    world.nowMs -= 3_600_000
    expect((await alice('POST check', { text })).json.verdict.code).toBe('KEY_REVOKED')
    expect((await alice('POST check', { text: 'nothing of a request' })).status).toBe(400)
    expect(world.said.join('\n').split(secret)).toHaveLength(2)
  })

  it('knows nothing of a key of another owner, by whatever it is named', async () => {
    const world = portalWorld({ withVerifier: true })
    const [alice, bob] = [world.as(ALICE), world.as(BOB)]
    const { key, secret } = await made(bob)
    const unknown = 'acmek_live_00000000000000000000'
    const text = await world.signed(key.id, secret)
    const answerTo = async (id: string, more: object = {}) => {
      const { json } = await alice('POST check', { text: text.replaceAll(key.id, id), ...more })
      return JSON.parse(JSON.stringify(json).replaceAll(id, 'ID'))
    }
    expect(await answerTo(key.id)).toEqual(await answerTo(unknown))
    expect((await answerTo(key.id)).verdict).toEqual({ wouldAccept: false, code: 'KEY_UNKNOWN' })
    expect(await answerTo(key.id, { keyId: key.id })).toEqual(await answerTo(unknown, { keyId: unknown }))
    const { key: own } = await made(alice)
    expect((await alice('POST check', { text, keyId: own.id })).json.verdict.code).toBe('KEY_UNKNOWN')
  })

  it('has the doctor alone where the portal has no verifier', async () => {
    const world = portalWorld()
    const alice = world.as(ALICE)
    const { key, secret } = await made(alice)
    const { json } = await alice('POST check', { text: await world.signed(key.id, secret), keyId: key.id })
    expect(json).toMatchObject({ keyId: key.id, signature: 'fits' })
    expect(json.verdict).toBeUndefined()
  })
})

describe('the guide', () => {
  const code = (language: string, algorithms: readonly string[]) => ({
    ...{ language, algorithms, name: language, needs: `${language} 3`, run: `run ${language}` },
    files: [{ name: `sign.${language}`, text: `program of ${language}` }],
  })
  const guide = { markdown: '# How to sign', code: [code('python', ['hmac-sha256']), code('go', ['ed25519'])] }

  it('has the program of a language, and of a key those that serve it', async () => {
    const world = portalWorld({ guide: guide as never })
    const [alice, bob] = [world.as(ALICE), world.as(BOB)]
    expect((await alice('GET session')).json.features.guide).toBe(true)
    expect((await alice('GET guide')).json).toMatchObject({
      languages: ['python', 'go'],
      language: 'python',
      markdown: '# How to sign',
      code: 'program of python',
      run: 'run python',
    })
    expect((await alice('GET guide?language=go')).json.code).toBe('program of go')
    const { key } = await made(alice)
    expect((await alice(`GET guide?language=go&keyId=${key.id}`)).json).toMatchObject({ languages: ['python'] })
    expect((await bob(`GET guide?keyId=${key.id}`)).status).toBe(404)
    expect((await portalWorld().as(ALICE)('GET guide')).status).toBe(404)
  })
})
