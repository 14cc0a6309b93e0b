import { expect, test } from 'vitest'
import { diagnose } from '../../../../src/doctor/index.js'
import { httpRequest } from '../../../../src/message/message.js'
import { azureDelegationKey, azureKey, azureSasUrl } from '../../../../src/schemes/azure/index.js'

/* What the doctor finds in a SAS with a user delegation key. */

const SECRET = btoa('canary-value-of-a-user-delegation-key')
const NOW = 1_700_000_000_000
const key = azureDelegationKey({
  account: 'acct',
  signedObjectId: '00000000-1111-2222-3333-444444444444',
  signedTenantId: '55555555-6666-7777-8888-999999999999',
  signedStartsOn: '2023-11-14',
  signedExpiresOn: '2023-11-20',
  signedService: 'b',
  signedVersion: '2022-11-02',
  value: SECRET,
})
const made = { permissions: 'r', expiresS: 600, nowMs: NOW, url: 'https://acct.blob.core.windows.net/photos/a.jpg' }
const URL = azureSasUrl({ ...made, key })

// What the request shows by itself needs no search.
const firstOf = async (url: string, budgetMs = 20): Promise<readonly unknown[]> => {
  const { target, authority } = httpRequest({ url })
  const input = `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`
  const { scheme, signature, findings } = await diagnose(input, { secret: SECRET, budgetMs })
  return [scheme, signature, findings.find(({ certainty }) => certainty === 'proven')?.id]
}

test('nothing, where it is right', async () => {
  expect(await firstOf(URL, 20_000)).toEqual(['azure-sas', 'fits', undefined])
})

test('an end after that of its key, and a beginning before it', async () => {
  expect((await firstOf(URL.replace(/ske=[^&]*/, 'ske=2023-11-14T22:14Z')))[2]).toBe('sas-outlives-key')
  expect((await firstOf(URL.replace('&sp=', '&st=2023-11-13&sp=')))[2]).toBe('sas-outlives-key')
})

test.each(['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'])('that %s is missing', async (name) => {
  expect((await firstOf(URL.replace(new RegExp(`&${name}=[^&]*`), '')))[2]).toBe('parameter-missing')
})

test('the text of a SAS of the account is explained', async () => {
  const own = azureSasUrl({ ...made, key: azureKey({ account: 'acct', key: SECRET }) })
  const url = URL.replace(/sig=.*/, /sig=.*/.exec(own)?.[0] as string)
  expect(await firstOf(url, 20_000)).toEqual(['azure-sas', 'explained', 'sas-key-lines'])
})

test('parts of the request that the SAS demands', async () => {
  const version = '2026-04-06'
  const url = azureSasUrl({ ...made, key, version, requestQueryParameters: { timeout: '30' } })
  expect((await firstOf(url))[2]).toBe('sas-request-part')
  expect(await firstOf(`${url}&timeout=30`, 20_000)).toEqual(['azure-sas', 'fits', undefined])
})
