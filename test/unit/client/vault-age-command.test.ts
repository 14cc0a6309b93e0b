import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readVaultFile, updateVaultFile, writeVaultFile } from '../../../src/client/load-secret.js'
import { Secret } from '../../../src/crypto/secret.js'

const PASS = 'correct horse battery staple'
const fast = { passphrase: Secret.fromText(PASS), workFactor: 14 } as const

const versionOf = (program: string): string => spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? ''
// age reads a passphrase from a terminal only; script(1) of util-linux is one.
const missing = versionOf('age') === '' || !versionOf('script').includes('util-linux')
if (missing) console.warn('SKIPPED (the programs "age" and "script" are not installed): vaults and the command age')

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-age-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Runs age in a terminal, and answers each question for the passphrase. */
function age(...args: string[]): Promise<{ readonly code: number | null; readonly printed: string }> {
  return new Promise((resolve, reject) => {
    const program = spawn('script', ['-qec', `age ${args.join(' ')}`, '/dev/null'], { cwd: root })
    let printed = ''
    let answered = 0
    program.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      for (const asked = printed.match(/passphrase[^\n]*: /gi)?.length ?? 0; answered < asked; answered++)
        program.stdin.write(`${PASS}\n`)
    })
    program.once('error', reject).once('close', (code) => resolve({ code, printed }))
  })
}

describe.skipIf(missing)('the command age [SKIPPED unless "age" and "script" are installed]', () => {
  it('decrypts what writeVaultFile wrote, to JSON', async () => {
    const pem = '-----BEGIN X-----\nAA==\n-----END X-----\n'
    const path = join(root, 'ours.age')
    await writeVaultFile(
      path,
      { okx: Secret.fromText('first'), raw: new Uint8Array([0, 255]), pem: new TextEncoder().encode(pem) },
      fast,
    )
    const { code, printed } = await age('-d', '-o', 'ours.json', 'ours.age')
    expect([code, printed]).toEqual([0, expect.anything()])
    expect(JSON.parse(readFileSync(join(root, 'ours.json'), 'utf8'))).toEqual({
      okx: 'first',
      pem,
      raw: { base64: 'AP8=' },
    })
  })

  it.each(['', '-a'])(
    'encrypts by hand what readVaultFile reads and updateVaultFile changes (age -p %s)',
    async (armor) => {
      const path = join(root, `theirs${armor}.age`)
      writeFileSync(join(root, 'theirs.json'), '{ "okx": "first",\n  "raw": {"base64": "AP8="} }')
      const { code, printed } = await age('-p', armor, '-o', `theirs${armor}.age`, 'theirs.json')
      expect([code, printed]).toEqual([0, expect.anything()])
      const { passphrase } = fast
      expect([...((await readVaultFile(path, { passphrase })).get('raw')?.reveal() ?? [])]).toEqual([0, 255])
      await updateVaultFile(path, (entries) => void entries.delete('raw'), fast)
      expect(readFileSync(path, 'latin1')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
      expect([...(await readVaultFile(path, { passphrase })).keys()]).toEqual(['okx'])
    },
  )
})
