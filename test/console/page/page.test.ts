import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../../runtime/browser/chromium.js'
import { STORES } from './stores.js'
import { ALICE, type ConsoleWorld, faults, ROOT } from './world.js'

const DAY = 86_400_000

const flows = (start: () => Promise<ConsoleWorld>) => (): void => {
  let world: ConsoleWorld
  beforeAll(async () => {
    world = await start()
  }, 120_000)
  afterAll(() => world?.close(), 30_000)

  test('makes a key, shows its secret once, lists it and revokes it', async () => {
    const { page, complaints } = await world.open()
    await page.getByRole('button', { name: 'Create your first key' }).click()
    await page.getByLabel('Name').fill('price bot')
    await page.getByLabel('Shared secret').check()
    await page.getByLabel('Read orders').check()
    await page.getByLabel('Address or range').fill('203.0.113.0/24')
    await page.getByLabel('Address or range').press('Enter')
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('heading', { name: 'Key created' }).waitFor()
    const secret = await page.getByLabel('Secret', { exact: true }).inputValue()
    expect(secret).toMatch(/^acmes_live_\w+$/)
    const done = page.getByRole('button', { name: 'Done' })
    expect(await done.isDisabled()).toBe(true)
    await page.getByLabel('I have stored it').check()
    await done.click()

    await page.getByRole('button', { name: 'price bot' }).click()
    await page.getByRole('heading', { name: 'Life of the key' }).waitFor()
    expect(await page.content()).not.toContain(secret)
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    const dialog = page.getByRole('dialog')
    const confirm = dialog.getByRole('button', { name: 'Revoke' })
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('Type “price bot” to confirm').fill('price bot')
    await confirm.click()
    await page.getByText('Revoked', { exact: true }).waitFor()
    const { keys } = await world.keyring.list({ owner: 'alice' })
    expect(keys.map(({ name, status, scopes, allowIp }) => ({ name, status, scopes, allowIp }))).toEqual([
      { name: 'price bot', status: 'revoked', scopes: ['orders:read'], allowIp: ['203.0.113.0/24'] },
    ])
    expect(await faults(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }, 60_000)

  test('keeps a private key that was pasted, and takes the public half of OpenSSH', async () => {
    const { page } = await world.open()
    let posted = ''
    page.on('request', (request) => {
      if (request.method() === 'POST') posted += request.postData() ?? ''
    })
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('brought along')
    await page.getByLabel('My own public key').check()
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const field = page.getByLabel('Public key', { exact: true })
    await field.fill(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
    await page.getByText('This is a private key.').waitFor()
    await page.getByRole('button', { name: 'Create key' }).click()
    await field.fill(JSON.stringify(privateKey.export({ format: 'jwk' })))
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByText('This is a private key.').waitFor()
    expect(posted).toBe('')
    // A weak one goes out, as it is no secret, and comes back with the reason.
    await field.fill(
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }) as string,
    )
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByText('This key is too weak.').waitFor()
    expect(await faults(page)).toEqual([])

    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    const part = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
    const line = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(raw)]).toString('base64')
    await field.fill(`ssh-ed25519 ${line} me@example`)
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('heading', { name: 'Key created' }).waitFor()
    expect(await page.getByLabel('Secret', { exact: true }).count()).toBe(0)
    await page.context().close()
  }, 60_000)

  test('keeps a key of the browser in the browser', async () => {
    const { page } = await world.open()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('this page')
    await page.getByLabel('Made in this browser').check()
    await page.getByLabel('In this browser', { exact: true }).check()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByText('The private half stays in this browser.').waitFor()
    const [, name = ''] =
      /browserKey\({ name: '([^']+)'/.exec((await page.locator('pre').first().textContent()) ?? '') ?? []
    const extractable = await page.evaluate(
      (key) =>
        new Promise<boolean>((resolve, reject) => {
          const open = indexedDB.open('countersign')
          open.onerror = () => reject(open.error)
          open.onsuccess = () => {
            const found = open.result.transaction('keys').objectStore('keys').get(key)
            found.onsuccess = () => resolve((found.result as { privateKey: CryptoKey }).privateKey.extractable)
          }
        }),
      name,
    )
    expect(extractable).toBe(false)
    await page.context().close()
  }, 60_000)

  test('a key without an end needs a reason, and an address that is none is refused where it is typed', async () => {
    const { page } = await world.open()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('forever')
    await page.getByLabel('Shared secret').check()
    for (const wrong of ['203.0.113.1/24', '0.0.0.0/0', 'localhost', '::/0']) {
      await page.getByLabel('Address or range').fill(wrong)
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByText(`“${wrong}” is not an address or range.`).waitFor()
    }
    await page.getByLabel('Address or range').fill('')
    expect(await page.getByLabel('Lives for').inputValue()).toBe(String(90 * 86_400_000))
    await page.getByLabel('Lives for').selectOption('never')
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByText('A reason is needed.').waitFor()
    expect(await faults(page)).toEqual([])
    await page.getByLabel('Why it needs no end').fill('built into a device')
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('heading', { name: 'Key created' }).waitFor()
    const { keys } = await world.keyring.list({ owner: 'alice' })
    expect(keys.find(({ name }) => name === 'forever')?.expiresAtMs).toBeNull()
    await page.context().close()
  }, 60_000)

  test('an edit of a stale view is refused, and the current one can be loaded', async () => {
    const { key } = await world.keyring.issue({ owner: 'alice', name: 'edited twice', actor: 'test' })
    const { page } = await world.open(`/keys/#key/${key.id}`)
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Read balances').check()
    await world.keyring.update(key.id, { tags: ['elsewhere'], actor: 'test' })
    await page.getByRole('button', { name: 'Confirm changes' }).click()
    await page.getByText('The key has changed since it was shown.').waitFor()
    expect((await world.keyring.describe(key.id)).scopes).toEqual([])
    await page.getByRole('button', { name: 'Load the current version' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Read balances').check()
    await page.getByRole('button', { name: 'Confirm changes' }).click()
    await expect.poll(async () => (await world.keyring.describe(key.id)).scopes).toEqual(['balance:read'])
    await page.context().close()
  }, 60_000)

  test('idle lock and rotation are set where the key is made and edited, with the difference shown', async () => {
    const { key } = await world.keyring.issue({
      owner: 'alice',
      name: 'forgotten',
      actor: 'test',
      lockAfterIdleMs: 30 * DAY,
    })
    const { page } = await world.open(`/keys/#key/${key.id}`)
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Idle lock').selectOption(String(90 * DAY))
    await page.getByText('The key can do more than before.').waitFor()
    await page.getByLabel('Idle lock').selectOption(String(7 * DAY))
    expect(await page.getByText('The key can do more than before.').count()).toBe(0)
    await page.getByLabel('Remind me to rotate').selectOption(String(60 * DAY))
    expect(await page.locator('.difference li').allTextContents()).toEqual([
      'Added: + Idle lock: after 7 days without use',
      'Added: + Remind me to rotate: every 60 days',
      'Removed: − Idle lock: after 30 days without use',
    ])
    expect(await faults(page)).toEqual([])
    await page.getByRole('button', { name: 'Confirm changes' }).click()
    const settings = async () => {
      const { lockAfterIdleMs, rotateEveryMs } = await world.keyring.describe(key.id)
      return [lockAfterIdleMs, rotateEveryMs]
    }
    await expect.poll(settings).toEqual([7 * DAY, 60 * DAY])
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Idle lock').selectOption('')
    await page.getByLabel('Remind me to rotate').selectOption('')
    await page.getByRole('button', { name: 'Confirm changes' }).click()
    await expect.poll(settings).toEqual([undefined, undefined])
    await page.context().close()
  }, 60_000)

  test('a session that may grant less is offered less', async () => {
    world.login = {
      ...ALICE,
      mayGrant: {
        scopes: ['orders:*'],
        allowIp: ['203.0.113.0/24'],
        algorithms: ['hmac-sha256'],
        environments: ['live'],
        maxLifeMs: 30 * DAY,
        lockAfterIdleMs: 90 * DAY,
      },
    }
    const { page } = await world.open('/keys/#create')
    await page.getByLabel('Name').fill('bounded')
    expect(await page.getByRole('radio').count()).toBe(0)
    expect(await page.getByLabel('Lives for').locator('option').allTextContents()).toEqual(['30 days'])
    expect(await page.getByLabel('Idle lock').locator('option').allTextContents()).toEqual([
      'after 7 days without use',
      'after 30 days without use',
      'after 90 days without use',
    ])
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('alert').filter({ hasText: 'This service asks for a list of addresses.' }).waitFor()
    await page.getByLabel('Address or range').fill('198.51.100.1')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('“198.51.100.1” is outside of what you may grant: 203.0.113.0/24.').waitFor()
    expect(await faults(page)).toEqual([])
    await page.getByLabel('Address or range').fill('203.0.113.16/28')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByRole('heading', { name: 'Key created' }).waitFor()
    const { keys } = await world.keyring.list({ owner: 'alice' })
    expect(keys.find(({ name }) => name === 'bounded')).toMatchObject({
      allowIp: ['203.0.113.16/28'],
      algorithm: 'hmac-sha256',
      lockAfterIdleMs: 90 * DAY,
    })
    world.login = ALICE
    await page.context().close()
  }, 60_000)

  test('disables and enables, and renews with a reason only', async () => {
    const { key } = await world.keyring.issue({ owner: 'alice', name: 'on and off', actor: 'test' })
    const { page } = await world.open(`/keys/#key/${key.id}`)
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Disable', exact: true }).click()
    await dialog.getByLabel('Reason').fill('holiday')
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await page.getByText('Disabled: requests with it are refused. holiday').waitFor()
    await page.getByRole('button', { name: 'Enable', exact: true }).click()
    await dialog.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Renew', exact: true }).click()
    await dialog.getByRole('button', { name: 'Renew' }).click()
    await dialog.getByText('A reason is needed.').waitFor()
    expect(await faults(page)).toEqual([])
    await dialog.getByLabel('Why it is still needed').fill('still trading')
    await dialog.getByRole('button', { name: 'Renew' }).click()
    await page.getByRole('heading', { name: 'Key renewed' }).waitFor()
    expect((await world.keyring.describe(key.id)).status).toBe('rotating')
    await page.context().close()
  }, 60_000)

  test('a shared secret that leaked is replaced, shown once, and then comes the report', async () => {
    const { key } = await world.keyring.issue({ owner: 'alice', name: 'in a chat', actor: 'test' })
    const { page } = await world.open(`/keys/#key/${key.id}`)
    await page.getByRole('button', { name: 'I think this key leaked' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke and show the report' }).click()
    await page.getByRole('heading', { name: 'The new key' }).waitFor()
    expect((await world.keyring.describe(key.id)).status).toBe('revoked')
    const secret = await page.getByLabel('Secret', { exact: true }).inputValue()
    expect(secret).toMatch(/^acmes_live_/)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download .env' }).click(),
    ])
    expect(readFileSync(await file.path(), 'utf8')).toMatch(
      new RegExp(`^SIGNING_KEY_ID=acmek_live_\\w+\nSIGNING_SECRET=${secret}\n$`),
    )
    await page.getByLabel('I have stored it').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('heading', { name: 'What to do next' }).waitFor()
    expect(await page.content()).not.toContain(secret)
    await page.goBack()
    await page.goForward()
    await page.getByRole('heading', { name: 'What to do next' }).waitFor()
    expect(await page.getByLabel('Secret', { exact: true }).count()).toBe(0)
    expect(await faults(page)).toEqual([])
    await page.context().close()
  }, 60_000)

  test('a leaked key is revoked at once, and the report does not wait for what confirms it', async () => {
    const { key } = await world.keyring.issue({
      owner: 'alice',
      name: 'slow servers',
      actor: 'test',
      allowIp: ['192.0.2.1'],
    })
    const { page } = await world.open(`/keys/#key/${key.id}`)
    let confirm = (): void => {}
    const held = new Promise<void>((resolve) => {
      confirm = resolve
    })
    await page.route('**/revoke', async (route) => {
      await held
      await route.continue()
    })
    await page.getByRole('button', { name: 'I think this key leaked' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke and show the report' }).click()
    await page.getByText('Waiting for every server to confirm').waitFor()
    expect((await world.keyring.describe(key.id)).status).toBe('revoked')
    await page.getByLabel('I have stored it').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('heading', { name: 'What to do next' }).waitFor()
    await page.getByText('Waiting for every server to confirm').waitFor()
    expect(await faults(page)).toEqual([])
    confirm()
    await page.getByText(/^Confirmed after .*: no server accepts it any more/).waitFor()
    await page.context().close()
  }, 60_000)

  test('filters, sorts and searches', async () => {
    for (const name of ['zeta', 'alpha'])
      await world.keyring.issue({
        owner: 'alice',
        name,
        actor: 'test',
        expiresInMs: 3 * 86_400_000,
        allowIp: ['192.0.2.77'],
      })
    const { page } = await world.open()
    await page.getByLabel('Search').fill('192.0.2.77')
    await page.getByText('2 of ', { exact: false }).waitFor()
    await page.getByLabel('Sort by').selectOption('name')
    expect(await page.locator('.body .c-name button').allTextContents()).toEqual(['alpha', 'zeta'])
    await page.getByLabel('Status').selectOption('expiring')
    expect(await page.locator('.body .row').count()).toBe(2)
    await page.getByLabel('Search').fill('nothing has this name')
    await page.getByText('No key matches.').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByRole('button', { name: 'alpha' }).waitFor()
    await page.context().close()
  }, 60_000)

  test('a session that is over is shown, and so is a service that is gone', async () => {
    world.login = undefined
    const { page } = await world.open()
    await page.getByText('You are signed out.').waitFor()
    expect(await faults(page)).toEqual([])
    world.login = ALICE
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('table').waitFor()
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByText(/could not be loaded/).waitFor()
    await page.context().close()
  }, 60_000)

  test('shows texts of others as text, whatever they look like', async () => {
    const evil = '<img src=x onerror="globalThis.ran=1">"\'><script>globalThis.ran=1</script>{{7*7}}'
    const { key } = await world.keyring.issue({
      owner: 'alice',
      name: evil.slice(0, 128),
      tags: [evil.slice(0, 64)],
      actor: `<b onclick=alert(1)>${'x'.repeat(20)}`,
    })
    const claim = (agent: string) =>
      fetch(`${world.origin}/v1/${encodeURIComponent('<svg onload=globalThis.ran=1>')}`, {
        headers: {
          'user-agent': agent,
          'signature-input': `sig1=("@method" "@authority");created=${Math.floor(Date.now() / 1_000)};keyid="${key.id}"`,
          signature: `sig1=:${'A'.repeat(43)}=:`,
        },
      })
    await claim('<img src=x onerror=globalThis.ran=1>')
    await world.keyring.disable(key.id, { actor: 'test', reason: evil })
    world.login = ROOT
    const { page, complaints } = await world.open()
    await page.getByText(evil.slice(0, 40)).first().waitFor()
    await page.goto(`${world.origin}/keys/#key/${key.id}`)
    await page.reload()
    await page.getByText('Disabled: requests with it are refused.').waitFor()
    await page.goto(`${world.origin}/keys/#incident/${key.id}`)
    await page.reload()
    await page.getByText('<img src=x onerror=globalThis.ran=1>').first().waitFor()
    for (const tab of ['notices', 'audit', 'leaks', 'sealing']) {
      await page.goto(`${world.origin}/keys/#admin/${tab}`)
      await page.reload()
      await page.getByRole('heading', { level: 2 }).waitFor()
      await page.waitForLoadState('networkidle')
      expect(await faults(page), tab).toEqual([])
    }
    await page.goto(`${world.origin}/keys/#admin/audit`)
    await page.reload()
    await page.getByRole('button', { name: 'Verify the chain' }).click()
    await page.getByText(/^The chain holds/).waitFor()
    const found = await page.evaluate(() => {
      const { shadowRoot } = document.getElementById('keys') as HTMLElement
      return {
        ran: 'ran' in globalThis,
        elements: shadowRoot?.querySelectorAll('img, script, b, iframe, [onerror], [onclick], [onload]').length,
      }
    })
    expect(found).toEqual({ ran: false, elements: 0 })
    expect(complaints).toEqual([])
    world.login = ALICE
    await page.context().close()
  }, 90_000)

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
    ['in German', { colorScheme: 'light', locale: 'de-DE' }],
    [
      'in Japanese on a phone',
      { colorScheme: 'dark', locale: 'ja-JP', viewport: { width: 360, height: 740 }, isMobile: true },
    ],
    ['in Chinese', { colorScheme: 'dark', locale: 'zh-CN' }],
  ] as const)(
    'is clean for axe and fits the screen: %s',
    async (_name, options) => {
      const { key } = await world.keyring.issue({ owner: 'alice', name: 'looked at', actor: 'test' })
      const { page, complaints } = await world.open('/keys/', options)
      for (const hash of ['', 'create', `key/${key.id}`, `incident/${key.id}`]) {
        await page.goto(`${world.origin}/keys/#${hash}`)
        await page.reload()
        await page.locator('.rows, .create, .key, .incident').first().waitFor()
        expect(await faults(page), hash).toEqual([])
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(wide, `${hash} is wider than the screen`).toBeLessThanOrEqual(0)
      }
      expect(complaints).toEqual([])
      await page.context().close()
    },
    90_000,
  )
}

for (const [store, start] of STORES) describeBrowser(`the keys page on ${store}`, flows(start))
