import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../../runtime/browser/chromium.js'
import { type ConsoleWorld, consoleWorld, faults } from './world.js'

describeBrowser('the keys page', () => {
  let world: ConsoleWorld
  beforeAll(async () => {
    world = await consoleWorld()
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
    const secret = await page.getByLabel('Secret', { exact: true }).textContent()
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
})
