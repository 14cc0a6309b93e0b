import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyset } from '../../../src/client/keyset/keyset.js'
import { reloadKeyset } from '../../../src/client/keyset/reload.js'
import {
  keysetSource,
  loadSecret,
  readVaultFile,
  secretText,
  signingKeyFrom,
  updateVaultFile,
  writeVaultFile,
} from '../../../src/client/load-secret.js'
import { splitWords } from '../../../src/client/secrets/exec.js'
import { readAge } from '../../../src/crypto/age-file.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { importSigningKey } from '../../../src/crypto/import.js'
import type { PrivateKey, SigningKey } from '../../../src/crypto/key.js'
import { Secret } from '../../../src/crypto/secret.js'
import { isCountersignError } from '../../../src/errors.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { needlesOf, PRINTERS } from '../../attacks/printers.js'
import { codeOf, errorOf, outcomeOf } from '../../expect-code.js'

const keyFiles = new URL('../../vectors/pkcs8/', import.meta.url).pathname
const PASS = 'correct horse battery staple'
const pass = Secret.fromText(PASS)
// scrypt at its lowest cost.
const fast = { passphrase: pass, workFactor: 14 } as const
const text = (secret: Secret): string => new TextDecoder().decode(secret.reveal())
const read = async (...asked: Parameters<typeof loadSecret>): Promise<string> => text(await loadSecret(...asked))
const messageOf = async (act: () => Promise<unknown>): Promise<string> => {
  const { code, message } = await errorOf(act)
  return `${code} ${message}`
}

let root = ''
let count = 0
const place = (name = 'secret'): string => {
  const directory = join(root, String(count++))
  mkdirSync(directory)
  return join(directory, name)
}
const file = (contents: string | Uint8Array, mode = 0o600, name?: string): string => {
  const path = place(name)
  writeFileSync(path, contents)
  chmodSync(path, mode)
  return path
}

let env: Record<string, string> = {}
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-secrets-'))
  const bin = join(root, 'bin')
  mkdirSync(bin)
  for (const name of ['op', 'bw']) {
    copyFileSync(new URL(`programs/${name}`, import.meta.url), join(bin, name))
    chmodSync(join(bin, name), 0o755)
  }
  env = { PATH: `${bin}${delimiter}${process.env['PATH']}` }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A command that runs a line of JavaScript. */
const node = (script: string): string => `exec:'${process.execPath}' -e '${script}'`

describe('references', () => {
  it.each([
    'hunter2',
    '',
    'ENV:X',
    ' env:X',
    'http://user:hunter2@host/',
    'constructor:hunter2',
    '__proto__:hunter2',
    'envv:hunter2',
    undefined,
    7,
    Secret.fromText('env:X'),
  ])('%s is none, and is not repeated', async (reference) => {
    const message = await messageOf(() => loadSecret(reference as string))
    expect(message).toMatch(/^ARGUMENT_INVALID /)
    expect(message).not.toMatch(/hunter2|constructor|proto/)
  })
})

describe('env:', () => {
  it('reads a variable without its last line break', async () => {
    expect(await read('env:A', { env: { A: 's3 cret\n' } })).toBe('s3 cret')
    process.env['COUNTERSIGN_TEST_SECRET'] = 'from the process'
    expect(await read('env:COUNTERSIGN_TEST_SECRET')).toBe('from the process')
    delete process.env['COUNTERSIGN_TEST_SECRET']
    expect(await messageOf(() => loadSecret('env:COUNTERSIGN_TEST_SECRET'))).toBe(
      'SECRET_UNAVAILABLE environment variable COUNTERSIGN_TEST_SECRET must have a value, it is not set',
    )
  })

  it('refuses what is empty, inherited, or no name', async () => {
    expect(await messageOf(() => loadSecret('env:A', { env: { A: '' } }))).toMatch(/^SECRET_UNAVAILABLE .* A .*empty$/)
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(await codeOf(() => loadSecret(`env:${name}`, { env: {} }))).toBe('SECRET_UNAVAILABLE')
    for (const name of ['', 'A B', '1A', 'A=B', 'A\n', 'p4ss-word!'])
      expect(await messageOf(() => loadSecret(`env:${name}`))).toMatch(
        /^ARGUMENT_INVALID "env:" must be followed by the name/,
      )
  })
})

describe('file:', () => {
  it('reads a file without its last line break', async () => {
    for (const [contents, secret] of [
      ['s3cret', 's3cret'],
      ['s3cret\n', 's3cret'],
      ['s3cret\r\n', 's3cret'],
      ['\ufeffs3cret\n', 's3cret'],
      ['s3\ncret\n', 's3\ncret'],
      ['a'.repeat(65_536), 'a'.repeat(65_536)],
    ] as const)
      expect(await read(`file:${file(contents)}`)).toBe(secret)
    const bytes = new Uint8Array(256).map((_, i) => i)
    expect((await loadSecret(`file:${file(bytes)}`)).reveal()).toEqual(bytes)
    expect(await read(`file:${file('s', 0o400)}`)).toBe('s')
  })

  it('refuses what is empty, too long or no file', async () => {
    for (const contents of ['', '\n', '\r\n', 'a'.repeat(65_537)])
      expect(await codeOf(() => loadSecret(`file:${file(contents)}`))).toBe('SECRET_UNAVAILABLE')
    const directory = place('directory')
    mkdirSync(directory, 0o700)
    const pipe = place('pipe')
    execFileSync('mkfifo', ['-m', '600', pipe])
    for (const path of [directory, pipe, '/dev/zero'])
      expect(await messageOf(() => loadSecret(`file:${path}`))).toBe(
        `SECRET_UNAVAILABLE "${path}" must be a regular file`,
      )
    for (const path of [`${directory}/none`, `${pipe}/below`])
      expect(await messageOf(() => loadSecret(`file:${path}`))).toMatch(new RegExp(`^SECRET_UNAVAILABLE "${path}" `))
    for (const path of ['', '//etc/hostname', 'a\0b'])
      expect(await codeOf(() => loadSecret(`file:${path}`))).toBe('ARGUMENT_INVALID')
  })

  it.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777])(
    'a file of mode %i is refused',
    async (mode) => {
      const path = file('s3cret', mode)
      expect(await messageOf(() => loadSecret(`file:${path}`))).toBe(
        `SECRET_UNAVAILABLE "${path}" must be closed to group and others (chmod 600), its mode is 0${mode.toString(8)}`,
      )
    },
  )

  it('judges what a link leads to, not the link', async () => {
    const [good, open, link] = [file('good'), file('open', 0o644), place('link')]
    symlinkSync(good, link)
    expect(await read(`file:${link}`)).toBe('good')
    rmSync(link)
    symlinkSync(open, link)
    expect(await codeOf(() => loadSecret(`file:${link}`))).toBe('SECRET_UNAVAILABLE')
    rmSync(link)
    symlinkSync(link, link)
    expect(await codeOf(() => loadSecret(`file:${link}`))).toBe('SECRET_UNAVAILABLE')
  })

  it('never reads the open file that a link is switched to while it looks', async () => {
    const [good, open, link] = [file('good'), file('OPEN', 0o644), place('link')]
    symlinkSync(good, link)
    let running = true
    const switching = (async () => {
      for (let i = 0; running; i++) {
        symlinkSync(i % 2 === 0 ? open : good, `${link}.new`)
        renameSync(`${link}.new`, link)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const seen = await Promise.all(Array.from({ length: 300 }, () => outcomeOf(read(`file:${link}`))))
    running = false
    await switching
    expect(seen.filter((one) => one !== 'good' && one !== 'SECRET_UNAVAILABLE')).toEqual([])
  })

  const isRoot = process.geteuid?.() === 0
  if (!isRoot) console.warn('SKIPPED (only root can give a file away): a file of another user')
  it.skipIf(!isRoot)('refuses a file of another user [SKIPPED unless run by root]', async () => {
    const path = file('s3cret')
    execFileSync('chown', ['12345', path])
    expect(await messageOf(() => loadSecret(`file:${path}`))).toMatch(
      /^SECRET_UNAVAILABLE .*belong to this user or to root/,
    )
  })
})

describe('exec:', () => {
  it('the secret is read from 1Password', async () => {
    expect(await read('exec:op read op://trading/okx/secret', { env })).toBe('from-1password')
    expect(await read('exec:op read "op://my vault/big item/field"', { env })).toBe('spaces')
    const failed = await messageOf(() => loadSecret('exec:op read op://trading/none/secret', { env }))
    expect(failed).toBe('SECRET_UNAVAILABLE "op" printed no secret: it ended with code 1')
  })

  it('the secret is read from Bitwarden', async () => {
    expect(await read('exec:bw get password kraken', { env: { ...env, BW_SESSION: 'session' } })).toBe('from-bitwarden')
    // Locked, it would ask for the master password: it must not wait for one.
    for (const asked of [env, { ...env, BW_SESSION: 'session' }])
      expect(await messageOf(() => loadSecret('exec:bw get password none', { env: asked, timeoutMs: 20_000 }))).toBe(
        'SECRET_UNAVAILABLE "bw" printed no secret: it ended with code 1',
      )
  })

  it('strips one line break, and refuses what is no secret', async () => {
    expect(await read(node('console.log("1\\n2")'))).toBe('1\n2')
    expect(await read(node('process.stdout.write("x".repeat(65536))'))).toHaveLength(65_536)
    for (const [script, why] of [
      ['', /printed nothing$/],
      ['console.log()', /printed nothing$/],
      ['process.stdout.write("x".repeat(65537))', /more than 65536 bytes$/],
      ['setInterval(() => process.stdout.write("x".repeat(9999)), 0)', /more than 65536 bytes$/],
      ['console.log("hunter2");process.exit(3)', /ended with code 3$/],
      ['console.log("hunter2");process.kill(process.pid,"SIGTERM")', /ended by SIGTERM$/],
    ] as const) {
      const message = await messageOf(() => loadSecret(node(script)))
      expect(message).toMatch(/^SECRET_UNAVAILABLE "node" /)
      expect(message).toMatch(why)
      expect(message).not.toContain('hunter2')
    }
    expect(await messageOf(() => loadSecret('exec:no-such-program-here --password hunter2', { env }))).toBe(
      'SECRET_UNAVAILABLE "no-such-program-here" printed no secret: it cannot be started (ENOENT)',
    )
    expect(await messageOf(() => loadSecret(`exec:${file('text')}`))).toMatch(/cannot be started \(EACCES\)$/)
  })

  it('ends a program that takes too long, also one whose child holds the pipe', async () => {
    const pids = place('pid')
    const hangs = `require("fs").writeFileSync("${pids}",String(process.pid));process.on("SIGTERM",()=>{});setInterval(()=>{},1e3)`
    const spawns = 'require("child_process").spawn("sleep",["5"],{stdio:"inherit",detached:true})'
    const pipes = (): number => process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length
    const before = pipes()
    for (const [script, timeoutMs] of [
      [hangs, 2_000],
      [spawns, 700],
    ] as const) {
      const started = performance.now()
      expect(await messageOf(() => loadSecret(node(script), { timeoutMs }))).toMatch(/longer than \d+ ms$/)
      expect(performance.now() - started).toBeLessThan(4_000)
      // Long before the child lets go of it.
      await expect.poll(pipes, { timeout: 1_500 }).toBeLessThanOrEqual(before)
    }
    const pid = Number(readFileSync(pids, 'utf8'))
    await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false)
    for (const timeoutMs of [0, -1, Number.NaN, 600_001])
      expect(await codeOf(() => loadSecret('env:A', { timeoutMs }))).toBe('ARGUMENT_INVALID')
  })

  it('the command runs without a shell', async () => {
    const marker = place('marker')
    for (const command of [
      `op read x; touch ${marker}`,
      `op read $(touch ${marker})`,
      `op read \`touch ${marker}\``,
      `op | touch ${marker}`,
      `op > ${marker}`,
      'op read $HOME',
      'op read "$HOME"',
      'op read "`id`"',
      'op read a\\ b',
      'op read "a\\n"',
      'op read\nid',
      "op read 'a",
      'op read "a',
      "'' read",
      '',
      '  ',
      'op\0',
    ])
      expect([command, await codeOf(() => loadSecret(`exec:${command}`, { env }))]).toEqual([
        command,
        'ARGUMENT_INVALID',
      ])
    expect(
      await read(`${node('console.log(process.argv.slice(1).join())')} -- '$HOME' "a'b" 'c"d' *  "\\"\\\\" ''`),
    ).toBe(`$HOME,a'b,c"d,*,"\\,`)
    expect(readdirSync(join(marker, '..'))).toEqual([])
  })

  it('splits what was quoted back into the same words', () => {
    const word = fc.stringMatching(/^[\x20-\x7e]{0,12}$/)
    const isDouble = ([one, double]: readonly [string, boolean]): boolean => double || one.includes("'")
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 6 }), (list) => {
        const line = list
          .map((row) => (isDouble(row) ? `"${row[0].replace(/["\\]/g, '\\$&')}"` : `'${row[0]}'`))
          .join('  ')
        const refused = list[0]?.[0] === '' || list.some((row) => isDouble(row) && /[$`]/.test(row[0]))
        expect(splitWords(line)).toEqual(refused ? undefined : list.map(([one]) => one))
      }),
      { numRuns: 500 },
    )
    fc.assert(fc.property(fc.string(), (line) => void splitWords(line)))
  })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A zombie answers, too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('vault:', () => {
  it('reads an entry, with a passphrase from elsewhere', async () => {
    const path = place('my#secrets.vault')
    await writeVaultFile(path, { okx: Secret.fromText('one'), 'bot-1': Secret.fromText('two\n') }, fast)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(path, '..'))).toEqual(['my#secrets.vault'])
    const passphrases = [
      pass,
      pass.reveal(),
      'env:P',
      `file:${file(`${PASS}\n`)}`,
      'exec:printf "correct horse battery staple"',
    ]
    for (const passphrase of passphrases)
      expect(await read(`vault:${path}#okx`, { passphrase, env: { ...env, P: PASS } })).toBe('one')
    expect(await read(`vault:${path}#bot-1`, { passphrase: pass })).toBe('two')
    expect([...(await readVaultFile(path, { passphrase: pass })).keys()].sort()).toEqual(['bot-1', 'okx'])
    // It is encrypted: others may read the file.
    chmodSync(path, 0o644)
    expect(await read(`vault:${path}#okx`, { passphrase: pass })).toBe('one')
  })

  it('refuses with the file’s name and nothing else', async () => {
    const path = place('secrets.vault')
    await writeVaultFile(path, { okx: Secret.fromText('one') }, fast)
    const message = (reference: string, passphrase: unknown): Promise<string> =>
      messageOf(() => loadSecret(reference, { passphrase: passphrase as Secret, env: { P: 'wrong' } }))
    expect(await message(`vault:${path}#none`, pass)).toBe(
      `SECRET_UNAVAILABLE vault "${path}" has no entry of that name`,
    )
    expect(await message(`vault:${path}#okx`, 'env:P')).toMatch(new RegExp(`^KEY_PASSPHRASE "${path}": `))
    expect(await message(`vault:${path}#okx`, undefined)).toMatch(/^KEY_PASSPHRASE /)
    expect(await message(`vault:${path}#okx`, 'env:NOT_SET')).toMatch(/^SECRET_UNAVAILABLE .*NOT_SET/)
    // A string is a reference, never the passphrase itself.
    expect(await message(`vault:${path}#okx`, PASS)).toMatch(/^ARGUMENT_INVALID (?!.*horse)/)
    expect(await message(`vault:${path}#okx`, `vault:${path}#okx`)).toMatch(/^ARGUMENT_INVALID /)
    for (const rest of ['', '#okx', path, `${path}#`, `${path}#a b`, `${path}#${'a'.repeat(65)}`])
      expect(await message(`vault:${rest}`, pass)).toMatch(/^ARGUMENT_INVALID (?!.*a{60})/)
    expect(await message(`vault:${path}.none#okx`, pass)).toMatch(/^SECRET_UNAVAILABLE /)
    const damaged = readFileSync(path, 'utf8').replace('-----END', '----END')
    writeFileSync(path, damaged)
    expect(await message(`vault:${path}#okx`, pass)).toMatch(new RegExp(`^STORE_CORRUPTED "${path}": `))
    await expect(updateVaultFile(path, () => {}, fast)).rejects.toMatchObject({ code: 'STORE_CORRUPTED' })
    expect(readFileSync(path, 'utf8')).toBe(damaged)
    writeFileSync(path, new Uint8Array([0xff, 0xfe]))
    expect(await message(`vault:${path}#okx`, pass)).toMatch(/^STORE_CORRUPTED /)
  })

  it('leaves a file that is there alone, unless configured otherwise', async () => {
    const path = file('something of mine')
    expect(await codeOf(() => writeVaultFile(path, {}, fast))).toBe('STORE_CONFLICT')
    expect(readFileSync(path, 'utf8')).toBe('something of mine')
    await writeVaultFile(path, { a: Secret.fromText('x') }, { ...fast, overwrite: true })
    expect(await read(`vault:${path}#a`, { passphrase: pass })).toBe('x')
    expect(await codeOf(() => writeVaultFile(join(path, 'below'), {}, fast))).toBe('STORE_UNAVAILABLE')
    const racing = place()
    const codes = await Promise.all(
      [1, 2, 3].map((i) =>
        writeVaultFile(racing, { a: Secret.fromText(String(i)) }, fast).then(
          () => i,
          (error: { code: string }) => error.code,
        ),
      ),
    )
    const [winner, ...more] = codes.filter((one) => typeof one === 'number')
    expect([more, codes.filter((one) => one === 'STORE_CONFLICT').length]).toEqual([[], 2])
    expect(await read(`vault:${racing}#a`, { passphrase: pass })).toBe(String(winner))
  })

  it('updates: adds, replaces, deletes, and keeps the cost and the link', async () => {
    const path = place()
    await writeVaultFile(path, { a: Secret.fromText('1'), b: Secret.fromText('2') }, { ...fast, workFactor: 15 })
    const link = place('link')
    symlinkSync(path, link)
    const change = (entries: Map<string, Secret | Uint8Array>): void => {
      entries.delete('a')
      entries.set('b', Secret.fromText('two'))
      entries.set('c', new Uint8Array([3]))
    }
    await updateVaultFile(link, change, { passphrase: pass })
    const entries = await readVaultFile(path, { passphrase: pass })
    expect([...entries].map(([name, secret]) => [name, text(secret)])).toEqual([
      ['b', 'two'],
      ['c', '\x03'],
    ])
    const { workFactor } = await readAge(readFileSync(path, 'utf8'))
    expect(workFactor).toBe(15)
    expect([readdirSync(join(path, '..')), readdirSync(join(link, '..'))]).toEqual([['secret'], ['link']])
    const before = readFileSync(path, 'utf8')
    const failing = updateVaultFile(path, () => Promise.reject(new Error('mine')), { passphrase: pass })
    await expect(failing).rejects.toThrow('mine')
    expect(await codeOf(() => updateVaultFile(path, change, { passphrase: Secret.fromText('wrong') }))).toBe(
      'KEY_PASSPHRASE',
    )
    expect(readFileSync(path, 'utf8')).toBe(before)
    const newPassphrase = Secret.fromText('another one')
    await updateVaultFile(path, () => {}, { passphrase: pass, newPassphrase })
    expect(await codeOf(() => readVaultFile(path, { passphrase: pass }))).toBe('KEY_PASSPHRASE')
    expect(await read(`vault:${path}#b`, { passphrase: newPassphrase })).toBe('two')
  })

  it('loses no change of several at the same time', async () => {
    const path = place()
    await writeVaultFile(path, {}, fast)
    const names = ['a', 'b', 'c']
    await Promise.all(
      names.map((name) =>
        updateVaultFile(path, (entries) => void entries.set(name, Secret.fromText(name)), { passphrase: pass }),
      ),
    )
    expect([...(await readVaultFile(path, { passphrase: pass })).keys()].sort()).toEqual(names)
    const losing = updateVaultFile(path, () => rewrite(path), { passphrase: pass })
    await expect(losing).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
  })
})

/** Another writer is always faster. */
function rewrite(path: string): void {
  const lines = readFileSync(path, 'utf8')
  writeFileSync(path, lines.includes('\r\n') ? lines.replaceAll('\r\n', '\n') : lines.replaceAll('\n', '\r\n'))
}

describe('keys', () => {
  it('hmacKey and exchanges take the Secret', async () => {
    const secret = await loadSecret('env:X', { env: { X: 'a secret of more than thirty-two bytes' } })
    const key = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret })
    const same = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: secret.reveal() })
    expect(key.sign('text')).toEqual(same.sign('text'))
    const options = { env: { X: 'a secret of more than thirty-two bytes', PP: 'Pass-1' } }
    expect((await signingKeyFrom('env:X', { keyId: 'k', algorithm: 'hmac-sha256', ...options })).sign('text')).toEqual(
      key.sign('text'),
    )
    expect(okx({ apiKey: 'k', secret, passphrase: await secretText('env:PP', options) }).key.sign('text')).toEqual(
      key.sign('text'),
    )
    expect(await codeOf(() => secretText(`file:${file(new Uint8Array([0xff]))}`))).toBe('SECRET_UNAVAILABLE')
  })

  const pems = [
    ['ed25519', 'ed25519', false],
    ['p256', 'ecdsa-p256-sha256', false],
    ['p256-sec1', 'ecdsa-p256-sha256', false],
    ['rsa-pkcs1', 'rsa-v1_5-sha256', false],
    ['ed25519-pbkdf2-sha256-aes256', 'ed25519', true],
    ['ed25519-scrypt-aes256', 'ed25519', true],
    ['p384-scrypt-aes256', 'ecdsa-p384-sha384', true],
    ['rsa-pbkdf2-sha256-aes256', 'rsa-v1_5-sha256', true],
  ] as const
  it.each(pems)('the file %s.pem is read as %s', async (name, algorithm, encrypted) => {
    const pem = readFileSync(join(keyFiles, `${name}.pem`), 'utf8')
    const reference = `file:${file(pem)}`
    const own = { keyId: 'k', algorithm }
    const wanted = await importSigningKey(pem, { ...own, ...(encrypted && { passphrase: PASS }) })
    const given = { ...own, ...(encrypted && { passphrase: 'env:P' }), env: { P: PASS, WRONG: 'wrong', PEM: pem } }
    const { verifyingKey } = wanted as PrivateKey
    for (const from of [reference, 'env:PEM']) {
      const key: SigningKey = await signingKeyFrom(from, given)
      expect([key.keyId, key.algorithm]).toEqual(['k', algorithm])
      expect(await verifyingKey.verify('text', await key.sign('text'))).toBe(true)
    }
    // A Secret is what importSigningKey takes for a PEM, too.
    const direct = { ...own, format: 'pem', ...(encrypted && { passphrase: pass }) } as const
    expect((await importSigningKey(await loadSecret(reference), direct)).keyId).toBe('k')
    const { passphrase: _, ...without } = given as typeof given & { passphrase?: string }
    if (encrypted) {
      expect(await codeOf(() => signingKeyFrom(reference, { ...given, passphrase: 'env:WRONG' }))).toBe(
        'KEY_PASSPHRASE',
      )
      expect(await codeOf(() => signingKeyFrom(reference, { ...given, passphrase: PASS }))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(() => signingKeyFrom(reference, without))).toBe('KEY_PASSPHRASE')
    } else
      expect(await codeOf(() => signingKeyFrom(reference, { ...without, passphrase: pass }))).toBe('KEY_PASSPHRASE')
  })

  it('reads a protected key out of a vault, with two passphrases', async () => {
    const path = place()
    const pem = readFileSync(join(keyFiles, 'ed25519-pbkdf2-sha256-aes256.pem'))
    await writeVaultFile(path, { pem }, { ...fast, passphrase: 'env:V', env: { V: 'of the vault' } })
    const options = { keyId: 'k', algorithm: 'ed25519', env: { V: 'of the vault', P: PASS } } as const
    const key = await signingKeyFrom(`vault:${path}#pem`, { ...options, passphrase: 'env:P', vaultPassphrase: 'env:V' })
    expect(key.sign('text')).toHaveLength(64)
    expect(await codeOf(() => signingKeyFrom(`vault:${path}#pem`, { ...options, passphrase: 'env:P' }))).toBe(
      'KEY_PASSPHRASE',
    )
  })

  it('takes no PEM for a shared secret, no passphrase for one, and no other algorithm', async () => {
    const env = { P: PASS, S: 'x'.repeat(32) }
    const pem = `file:${file(readFileSync(join(keyFiles, 'ed25519.pem')))}`
    const code = (reference: string, algorithm: string, passphrase?: string): Promise<string> =>
      codeOf(() =>
        signingKeyFrom(reference, {
          keyId: 'k',
          algorithm: algorithm as 'ed25519',
          env,
          ...(passphrase && { passphrase }),
        }),
      )
    expect(await code(pem, 'hmac-sha256')).toBe('KEY_MALFORMED')
    expect(await code('env:S', 'hmac-sha256', 'env:P')).toBe('KEY_PASSPHRASE')
    expect(await code('env:S', 'ed25519')).toBe('KEY_MALFORMED')
    expect(await code(pem, 'ecdsa-p256-sha256')).toBe('KEY_MALFORMED')
    expect(await code(pem, 'none')).toBe('ARGUMENT_INVALID')
    expect(await code(pem, '__proto__')).toBe('ARGUMENT_INVALID')
  })
})

describe('keysetSource', () => {
  const patient = { timeout: 15_000 }
  const describing = (primary: string, keys: object[]): string => JSON.stringify({ primary, keys })

  it('follows files and vaults that change, and keeps the old keys where they cannot be read', async () => {
    const vault = place('v')
    await writeVaultFile(vault, { one: new Uint8Array(32).fill(1), two: new Uint8Array(32).fill(2) }, fast)
    const one = { keyId: 'one', algorithm: 'hmac-sha256', from: `vault:${vault}#one` }
    const two = { keyId: 'two', algorithm: 'hmac-sha256', from: `vault:${vault}#two` }
    const pem = {
      keyId: 'pem',
      algorithm: 'ed25519',
      from: `file:${file(readFileSync(join(keyFiles, 'ed25519.pem')))}`,
    }
    const path = file(describing('one', [one, pem]))
    const source = keysetSource(`file:${path}`, { passphrase: pass })
    expect(await source.changed()).toBe(true)
    const keys = keyset(await source.load())
    expect([keys.primary.keyId, keys.keyIds]).toEqual(['one', ['one', 'pem']])
    const errors: unknown[] = []
    const reload = reloadKeyset(keys, source, { everyMs: 100, onError: (error) => errors.push(error) })
    expect(await reload.now()).toBe(false)
    const old = keys.primary
    await expect.poll(async () => reload.now(), patient).toBe(false)
    expect(keys.primary).toBe(old)

    writeFileSync(path, describing('two', [one, { ...two, useFromMs: 5 }]))
    await expect.poll(() => keys.primary.keyId, patient).toBe('two')
    expect(keys.primary.sign('text')).toEqual(
      hmacKey({ keyId: 'two', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(2) }).sign('text'),
    )
    await updateVaultFile(vault, (entries) => void entries.set('two', new Uint8Array(32).fill(3)), { passphrase: pass })
    const third = hmacKey({ keyId: 'two', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) }).sign('text')
    await expect.poll(() => keys.primary.sign('text'), patient).toEqual(third)
    expect(errors).toEqual([])

    chmodSync(path, 0o644)
    await expect.poll(() => errors.length, patient).toBeGreaterThan(1)
    expect(keys.primary.sign('text')).toEqual(third)
    chmodSync(path, 0o600)
    writeFileSync(path, describing('two', [two, { ...one, from: `vault:${vault}#none` }]))
    await expect.poll(() => errors.some((error) => /entry of that name/.test(String(error))), patient).toBe(true)
    expect(keys.keyIds).toEqual(['two', 'one'])
    reload.stop()
    writeFileSync(path, describing('one', [one]))
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(keys.primary.keyId).toBe('two')
  })

  it('refuses other descriptions, and repeats nothing of them', async () => {
    const good = { keyId: 'one', algorithm: 'hmac-sha256', from: 'env:S' }
    for (const text of [
      'hunter2',
      '',
      'null',
      '[]',
      '{}',
      describing('one', [{ ...good, secret: 'hunter2' }]),
      describing('one', [{ ...good, keyId: 5 }]),
      describing('one', [{ keyId: 'one', algorithm: 'hmac-sha256' }]),
      describing('one', ['hunter2' as unknown as object]),
      describing(
        'one',
        Array.from({ length: 65 }, () => good),
      ),
      JSON.stringify({ primary: 'one', keys: [good], hunter2: 1 }),
      JSON.stringify({ primary: 'one', keys: good }),
      `{"primary":"one","keys":[{"__proto__":{"keyId":"one"}}]}`,
    ]) {
      const message = await messageOf(() =>
        keysetSource('env:D', { env: { D: text || ' ', S: 'x'.repeat(32) } }).load(),
      )
      expect(message).toMatch(/^CONFIG_INVALID (?!.*hunter2)/)
    }
    const load = (text: string) => keysetSource('env:D', { env: { D: text, S: 'x'.repeat(32) } }).load()
    expect(keyset(await load(describing('one', [good]))).primary.keyId).toBe('one')
    expect(await codeOf(async () => keyset(await load(describing('two', [good]))))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => load(describing('one', [{ ...good, from: 'hunter2' }])))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => load(describing('one', [{ ...good, algorithm: 'none' }])))).toBe('ARGUMENT_INVALID')
  })
})

it('a canary shows in no secret, key, file, message or cause', async () => {
  const canary = 'CANARY-b1946ac92492d234-canary'
  const needles = [canary, ...needlesOf(new TextEncoder().encode(canary))]
  const vault = place()
  const canaryPass = Secret.fromText(canary)
  const options = { env: { ...env, CANARY: canary, OTHER: 'other' } }
  await writeVaultFile(vault, { a: canaryPass }, { ...options, passphrase: 'env:CANARY', workFactor: 14 })
  const plain = file(`${canary}\n`)
  const key = { keyId: 'k', algorithm: 'ed25519' } as const
  const failures = await Promise.all(
    [
      () => loadSecret(canary, options),
      () => loadSecret(`env:${canary}`, options),
      () => loadSecret(`${canary}:x`, options),
      () => loadSecret(`file:${file(canary, 0o644)}`, options),
      () => loadSecret(`vault:${plain}#a`, { ...options, passphrase: 'env:CANARY' }),
      () => loadSecret(`vault:${vault}#a`, { ...options, passphrase: canary }),
      () => loadSecret(`vault:${vault}#a`, { ...options, passphrase: 'env:OTHER' }),
      () => loadSecret(`vault:${vault}#${canary}`, { ...options, passphrase: 'env:CANARY' }),
      () => loadSecret(`exec:op read ${canary}`, options),
      () => loadSecret(`exec:op "${canary}`, options),
      () => loadSecret(`exec:no-such-program ${canary}`, options),
      () => loadSecret(node(`console.error("${canary}");console.log("${canary}");process.exit(1)`), options),
      () => loadSecret(node(`console.log("${canary}");setInterval(()=>{},999)`), { ...options, timeoutMs: 500 }),
      () => signingKeyFrom('env:CANARY', { ...key, ...options }),
      () => signingKeyFrom(`file:${join(keyFiles, 'none.pem')}`, { ...key, ...options, passphrase: canary }),
      () =>
        updateVaultFile(vault, (entries) => void entries.set(canary.repeat(3), canaryPass), {
          ...options,
          passphrase: 'env:CANARY',
        }),
      () => keysetSource('env:CANARY', options).load(),
    ].map(async (act) => act().catch((error: unknown) => error)),
  )
  expect(failures.map((one) => isCountersignError(one))).toEqual(failures.map(() => true))
  const things: unknown[] = [
    ...failures,
    ...failures.map((one) => (one as Error).cause),
    await loadSecret('env:CANARY', options),
    await loadSecret(`file:${plain}`),
    await loadSecret(`vault:${vault}#a`, { passphrase: canaryPass }),
    await loadSecret(node(`console.log("${canary}")`)),
    await readVaultFile(vault, { passphrase: canaryPass }),
    await signingKeyFrom('env:CANARY', { keyId: 'k', algorithm: 'hmac-sha256', ...options }),
    keyset({
      keys: [await signingKeyFrom('env:CANARY', { keyId: 'k', algorithm: 'hmac-sha256', ...options })],
      primary: 'k',
    }),
    readFileSync(vault, 'utf8'),
  ]
  for (const [printer, print] of Object.entries(PRINTERS))
    for (const [i, thing] of things.entries()) {
      const printed = print(thing)
      expect([printer, i, needles.filter((needle) => printed.includes(needle))]).toEqual([printer, i, []])
    }
  expect(needles.some((needle) => PRINTERS['util.inspect']?.({ canary }).includes(needle))).toBe(true)
})
