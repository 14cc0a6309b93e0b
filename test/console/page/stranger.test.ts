import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../../runtime/browser/chromium.js'
import { STORES } from './stores.js'
import { type ConsoleWorld, faults } from './world.js'

const HOUR = 3_600_000
const run = promisify(execFile)

/** Where tools/console-pictures.mjs wants the pictures of docs/console.md. */
const PICTURES = process.env['CONSOLE_PICTURES']

/** The page as a reader of the docs sees it; small enough to be part of the package. */
async function picture(page: Page, name: string, part?: Locator): Promise<void> {
  if (PICTURES === undefined) return
  mkdirSync(PICTURES, { recursive: true })
  if (part === undefined && !(await page.getByRole('dialog').isVisible())) await page.evaluate(() => scrollTo(0, 0))
  const shot = PICTURES.endsWith('png')
    ? ({ path: join(PICTURES, `${name}.png`) } as const)
    : ({ path: join(PICTURES, `${name}.jpg`), type: 'jpeg', quality: 36, animations: 'disabled' } as const)
  await (part === undefined ? page.screenshot(shot) : part.screenshot(shot))
}

interface Sent {
  readonly isOk: boolean
  readonly text: string
}

/** The Python client as a customer has it: the file of the page, a key file, and a clock that the test moves. */
async function python(world: ConsoleWorld, client: string, keyId: string, keyFile: string): Promise<Sent> {
  const program = [
    'import runpy, sys, time',
    'real, ahead = time.time, float(sys.argv[1])',
    'time.time = lambda: real() + ahead',
    "sys.argv = ['rfc9421.py'] + sys.argv[2:]",
    `runpy.run_path(${JSON.stringify(client)}, run_name='__main__')`,
  ].join('\n')
  const url = `${world.origin}/v1/orders?symbol=BTCUSDT`
  const all = ['-c', program, String(world.skewMs / 1_000), 'GET', url]
  const env = { ...process.env, SIGNING_KEY_ID: keyId, SIGNING_KEY_FILE: keyFile }
  return run('python3', all, { env }).then(
    ({ stdout }) => ({ isOk: true, text: stdout }),
    ({ stdout, stderr }) => ({ isOk: false, text: `${stdout}${stderr}` }),
  )
}

/** The whole way of a person who has never seen the page before, on one store. */
async function strangersPath(world: ConsoleWorld, folder: string): Promise<void> {
  const { page, complaints } = await world.open('/keys/', {
    viewport: { width: 1100, height: 700 },
    acceptDownloads: true,
  })
  await page.getByRole('heading', { name: 'No API keys yet' }).waitFor()
  await picture(page, '1-empty')

  // A key that is made here: the private half is a file under a password.
  await page.getByRole('button', { name: 'Create your first key' }).click()
  await page.getByLabel('Name').fill('price bot, Frankfurt')
  await page.getByLabel('Made in this browser').check()
  await page.getByLabel('Password for the file').fill('correct horse battery')
  await page.getByLabel('Once more').fill('correct horse battery')
  await page.getByLabel('Read orders').check()
  await page.getByRole('button', { name: 'My address: 127.0.0.1' }).click()
  await picture(page, '2-create')
  const [wish] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/keys')),
    page.getByRole('button', { name: 'Create key' }).click(),
  ])
  expect(wish.postData()).toContain('BEGIN PUBLIC KEY')
  expect(wish.postData()).not.toContain('PRIVATE')
  await page.getByRole('heading', { name: 'Key created' }).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download private key' }).click(),
  ])
  const { keys } = await world.keyring.list({ owner: 'alice' })
  const keyId = keys[0]?.id ?? ''
  expect(file.suggestedFilename()).toBe(`${keyId}.pem`)
  const sealed = join(folder, 'sealed.pem')
  await file.saveAs(sealed)
  expect(readFileSync(sealed, 'utf8')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  const keyFile = join(folder, 'key.pem')
  await run('openssl', ['pkey', '-in', sealed, '-passin', 'pass:correct horse battery', '-out', keyFile])
  // The client is taken from the page, as a person pastes it into a file.
  await page.getByRole('tab', { name: 'Python', exact: true }).click()
  const code = page.getByRole('tabpanel').locator('pre')
  await expect.poll(() => code.textContent()).toContain('import urllib.request')
  const client = join(folder, 'client.py')
  writeFileSync(client, (await code.textContent()) ?? '')
  await picture(page, '3-created')
  expect(await faults(page)).toEqual([])
  await page.getByLabel('I have stored it').check()
  await page.getByRole('button', { name: 'Done' }).click()

  // The request is accepted, and is seen in the list.
  expect(await python(world, client, keyId, keyFile)).toEqual({ isOk: true, text: 'hello alice\n\n' })
  await expect.poll(async () => (await world.keyring.describe(keyId)).usage?.count).toBe(1)
  await page.reload()
  const row = page.getByRole('row', { name: /price bot/ })
  await row.waitFor()
  expect(await row.textContent()).toContain('127.0.0.1')
  expect(await row.textContent()).toMatch(/now|second|minute/)
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: /price bot/ }).click()
  await page.getByRole('heading', { name: 'Life of the key' }).waitFor()
  await picture(page, '4-key')
  expect(await faults(page)).toEqual([])

  // Scopes are edited where they stand; what changes is shown before it counts.
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Place and cancel orders').check()
  await page.getByText('The key can do more than before').waitFor()
  await picture(page, '5-edit', page.getByRole('region', { name: 'Access' }))
  expect(await faults(page)).toEqual([])
  await page.getByRole('button', { name: 'Confirm changes' }).click()
  await expect.poll(async () => (await world.keyring.describe(keyId)).scopes).toEqual(['orders:read', 'orders:write'])

  // What is refused can be tried out: the verdict of the service, and what would make it right.
  const wrong = `GET /v1/orders?symbol=BTCUSDT HTTP/1.1\nHost: ${new URL(world.origin).host}\nSignature-Input: sig1=("@method" "@authority" "@path" "@query");created=${Math.floor(world.now() / 1_000)};nonce="0123456789abcdef0123";keyid="${keyId}"\nSignature: sig1=:${'A'.repeat(86)}==:\n\n`
  await page.getByLabel('Signed request').fill(wrong)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText(/^It would be refused/).waitFor()
  await picture(
    page,
    'test-box',
    page.locator('section', { has: page.getByRole('heading', { name: 'Test a signed request' }) }),
  )
  expect(await faults(page)).toEqual([])

  // Rotate with an hour of overlap: both work.
  await page.getByRole('button', { name: 'Rotate', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('The old key still works for').selectOption({ label: '1 hour' })
  await dialog.getByLabel('Password for the file').fill('another horse battery')
  await dialog.getByLabel('Once more').fill('another horse battery')
  await picture(page, '6-rotate')
  expect(await faults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('heading', { name: 'New key in place' }).waitFor()
  const [second] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download private key' }).click(),
  ])
  const newId = second.suggestedFilename().replace(/\.pem$/, '')
  expect(newId).not.toBe(keyId)
  await second.saveAs(sealed)
  const newFile = join(folder, 'new.pem')
  await run('openssl', ['pkey', '-in', sealed, '-passin', 'pass:another horse battery', '-out', newFile])
  await page.getByLabel('I have stored it').check()
  await page.getByRole('button', { name: 'Done' }).click()
  expect((await python(world, client, keyId, keyFile)).isOk).toBe(true)
  expect((await python(world, client, newId, newFile)).isOk).toBe(true)
  await page.goto(`${world.origin}/keys/#key/${keyId}`)
  await page.reload()
  await page.getByRole('heading', { name: 'Rotation in progress' }).waitFor()
  await expect.poll(() => page.locator('.timer').textContent()).toMatch(/^(0:59:\d\d|1:00:00)$/)
  // The portal reads its log again at most every fifteen seconds, and the page asks again by itself.
  await page.getByRole('cell', { name: '127.0.0.1' }).waitFor({ timeout: 60_000 })
  await picture(page, '7-overlap')
  expect(await faults(page)).toEqual([])

  // After the overlap the old one is refused; the new one goes on.
  world.skewMs += HOUR + 1_000
  expect(await python(world, client, keyId, keyFile)).toMatchObject({ isOk: false })
  expect((await python(world, client, newId, newFile)).isOk).toBe(true)
  await page.reload()
  await page.getByText('Expired', { exact: true }).waitFor()

  // It leaked: one button, then the report.
  await page.goto(`${world.origin}/keys/#key/${newId}`)
  await page.reload()
  await page.getByRole('button', { name: 'I think this key leaked' }).click()
  await dialog.getByLabel('What happened').fill('the file was in a public repository')
  await picture(page, '8-leaked')
  await dialog.getByRole('button', { name: 'Revoke and show the report' }).click()
  await page.getByRole('heading', { name: /Where .*price bot.* was used/ }).waitFor()
  await page.getByText('The key is revoked.', { exact: true }).waitFor()
  await page.getByText(/^Confirmed after .*: no server accepts it any more/).waitFor()
  await page.getByText('127.0.0.0/24').first().waitFor()
  await picture(page, '9-report')
  expect(await faults(page)).toEqual([])
  expect((await python(world, client, newId, newFile)).isOk).toBe(false)
  const [report] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export JSON' }).click(),
  ])
  const json = join(folder, 'report.json')
  await report.saveAs(json)
  const { incident } = JSON.parse(readFileSync(json, 'utf8')) as {
    incident: { keyId: string; proven: { total: object } }
  }
  expect(incident).toMatchObject({ keyId: newId, proven: { total: { count: 2 } } })
  expect((await world.keyring.describe(newId)).revokedReason).toContain('public repository')
  expect(complaints).toEqual([])
  await page.context().close()
}

describeBrowser('a person who has never seen the page', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-stranger-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000)

  // Of the pictures one set is enough.
  for (const [store, start] of PICTURES === undefined ? STORES : STORES.slice(0, 1))
    test(`gets from an empty page to the report of a leak, on ${store}`, async () => {
      const world = await start()
      try {
        await strangersPath(world, folder)
      } finally {
        await world.close()
      }
    }, 240_000)
})
