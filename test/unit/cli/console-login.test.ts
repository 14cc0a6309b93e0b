import { describe, expect, it } from 'vitest'
import { consoleLogin, LINK_MS } from '../../../src/cli/commands/keys/console-login.js'

const ORIGIN = 'http://localhost:8787'
const ROOT = { owner: 'ops', isAdmin: true, mayGrant: ['api:*'] }

const world = (isSecure = false) => {
  const time = { nowMs: 1_000_000 }
  const login = consoleLogin({ basePath: '/keys', isSecure, clock: { now: () => time.nowMs } }, ROOT)
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Request(`${ORIGIN}${path}`, { method, headers })
  const enter = (path = login.path, headers: Record<string, string> = {}, method = 'GET') =>
    login.enter(get(path, headers, method))
  const cookieOf = (answer: Response | undefined): string => answer?.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { time, login, get, enter, cookieOf }
}

describe('the link for the first administrator', () => {
  it('is exchanged once, for a cookie that no script reads and no other site sends', () => {
    const { login, get, enter, cookieOf } = world()
    expect(login.path).toMatch(/^\/keys\/enter\/[\w-]{43}$/)
    const answer = enter(login.path, { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' })
    expect([answer?.status, answer?.headers.get('location')]).toEqual([303, '/keys/'])
    expect(answer?.headers.get('set-cookie')).toMatch(
      /^countersign_keys=[\w-]{43}; Path=\/keys; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    )
    expect(answer?.headers.get('referrer-policy')).toBe('no-referrer')
    const cookie = cookieOf(answer)
    expect(cookie).not.toContain(login.path.slice(-43))
    expect(login.session(get('/keys/', { cookie }))).toMatchObject({ ...ROOT, id: cookie.slice(17) })
    expect(enter()?.status).toBe(404)
    expect(login.session(get('/keys/', { cookie }))).toBeDefined()
  })

  it('ends after a quarter of an hour, and its session after eight hours', () => {
    const late = world()
    late.time.nowMs += LINK_MS
    expect(late.enter()?.status).toBe(404)
    const { time, login, get, enter, cookieOf } = world(true)
    const answer = enter()
    expect(answer?.headers.get('set-cookie')).toMatch(/; Secure$/)
    const cookie = cookieOf(answer)
    time.nowMs += 8 * 3_600_000 - 1
    expect(login.session(get('/', { cookie }))).toBeDefined()
    time.nowMs += 1
    expect(login.session(get('/', { cookie }))).toBeUndefined()
  })

  it('is not guessed, and not used up by another site, a loader or another method', () => {
    const { enter, login } = world()
    for (const path of ['/keys/enter/', `/keys/enter/${'A'.repeat(43)}`, `${login.path}A`, `${login.path}/`])
      expect([path, enter(path)?.status]).toEqual([path, 404])
    expect(enter(login.path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })?.status).toBe(403)
    expect(enter(login.path, { 'sec-fetch-mode': 'no-cors' })?.status).toBe(403)
    expect(enter(login.path, {}, 'HEAD')?.status).toBe(405)
    expect(enter('/keys/')).toBeUndefined()
    expect(enter()?.status).toBe(303)
    const guessed = world()
    for (let i = 0; i < 20; i++) guessed.enter(`/keys/enter/${i}`)
    expect(guessed.enter()?.status).toBe(429)
    guessed.time.nowMs += 60_000
    expect(guessed.enter()?.status).toBe(303)
  })

  it('has a session for its own cookie alone', () => {
    const { login, get, enter, cookieOf } = world()
    const cookie = cookieOf(enter())
    const none = ['', 'countersign_keys=', `${cookie}x`, cookie.slice(0, -1), cookie.toUpperCase(), `x${cookie}`]
    for (const text of [...none, `${cookie}; ${cookie}`, `countersign_keys=a; ${cookie}`])
      expect([text, login.session(get('/', { cookie: text }))]).toEqual([text, undefined])
    expect(login.session(get('/', { cookie: `a=b; ${cookie}; c=d` }))).toBeDefined()
  })
})
