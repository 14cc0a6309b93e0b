import { type FileHandle, open, rm } from 'node:fs/promises'
import type { IssuedKey } from '../keyring/keyring-options.js'
import { defined } from '../support/defined.js'
import { keyLines } from './key-text.js'
import { type Call, print, textOf } from './world.js'

/**
 * Does what makes a secret, with a place for it. The file is made before: a secret that could be written nowhere would be lost,
 * while its key lives on.
 */
export async function withSecretFile<T>(
  call: Call,
  make: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const path = textOf(call.options, 'secretFile')
  if (path === undefined) return make(async () => {})
  const file: FileHandle = await open(path, 'wx', 0o600)
  let written = false
  try {
    return await make(async (text) => {
      await file.writeFile(`${text}\n`)
      await file.sync()
      written = true
    })
  } finally {
    await file.close()
    if (!written) await rm(path, { force: true })
  }
}

/** Prints a key that was just made; its secret here and never again. */
export async function printIssued(
  call: Call,
  { key, secret }: IssuedKey,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const path = textOf(call.options, 'secretFile')
  const text = secret?.revealText()
  if (text !== undefined && path !== undefined) await write(text)
  const shown = path === undefined ? text : undefined
  const line =
    text === undefined
      ? ''
      : shown === undefined
        ? `\nThe secret is in ${path}.\n`
        : `\n${call.paint('bold', shown)}\nThis is the secret. It is not shown again.\n`
  print(
    call,
    `${keyLines(key)}${line}`,
    defined({
      key,
      secret: shown,
      ...(path !== undefined && text !== undefined && { secretFile: path }),
    }),
  )
}
