import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildSync } from 'esbuild'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isKeyId } from '../../../src/crypto/key.js'
import { increasingNonces } from '../../../src/sources/increasing-nonces.js'
import { fileNonceStore } from '../../../src/sources/nonce-file.js'
import { marksText, parseMarks } from '../../../src/sources/nonce-marks.js'
import { withFileLock } from '../../../src/support/node/file-lock.js'
import { codeOf } from '../../expect-code.js'

let root = ''
let child = ''
let count = 0
const fresh = (): string => {
  const directory = join(root, String(count++))
  mkdirSync(directory)
  return join(directory, 'nonces')
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-nonces-'))
  child = join(root, 'child.mjs')
  // What a process of its own needs: the sources themselves, made runnable.
  buildSync({
    stdin: {
      contents: `
        import { increasingNonces } from './src/sources/increasing-nonces.js'
        import { fileNonceStore } from './src/sources/nonce-file.js'
        import { withFileLock } from './src/support/node/file-lock.js'
        const [mode, path, count, now] = process.argv.slice(2)
        if (mode === 'hold')
          withFileLock(path + '.lock', {}, () => { process.stdout.write('held\\n'); for (;;); })
        const clock = now === undefined ? undefined : { now: () => Number(now) }
        const nonces = increasingNonces({ unit: 'ms', store: fileNonceStore(path, { waitMs: 60000, staleMs: 60000 }), ...(clock && { clock }) })
        for (let i = 0; i < Number(count); i++) console.log(nonces.next('key'))
      `,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: child,
  })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const started: ChildProcess[] = []
afterAll(() => {
  for (const one of started) one.kill('SIGKILL')
})
function run(...args: readonly string[]): ChildProcess {
  const one = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(one)
  return one
}
async function linesOf(one: ChildProcess): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: one.stdout as NodeJS.ReadableStream })) lines.push(line)
  return lines
}

const increases = (list: readonly string[]): boolean =>
  list.every((one, i) => i === 0 || BigInt(one) > BigInt(list[i - 1] as string))
const left = (path: string): string[] => readdirSync(join(path, '..')).sort()

describe('fileNonceStore', () => {
  it('gives each process its own increasing nonces, and no nonce twice', async () => {
    const path = fresh()
    // The clock stands still: all that keeps them apart is the file.
    const lists = await Promise.all(Array.from({ length: 4 }, () => linesOf(run('draw', path, '100', '1000'))))
    for (const list of lists) {
      expect(list).toHaveLength(100)
      expect(increases(list)).toBe(true)
    }
    const all = lists.flat()
    expect(new Set(all).size).toBe(400)
    expect(Math.min(...all.map(Number))).toBe(1000)
    expect(Math.max(...all.map(Number))).toBe(1399)
    expect(readFileSync(path, 'utf8')).toBe('countersign nonces 1\nkey 1399\n')
    expect(left(path)).toEqual(['nonces'])
  })

  it('goes on where another process ended, also with a clock that was set back', () => {
    const path = fresh()
    const draw = (now: number, times: number): string[] => {
      const nonces = increasingNonces({ unit: 'ms', store: fileNonceStore(path), clock: { now: () => now } })
      return Array.from({ length: times }, () => nonces.next('key'))
    }
    expect(increases([...draw(5_000, 3), ...draw(4_000, 3), ...draw(0, 3), ...draw(9_000, 2)])).toBe(true)
    expect(draw(0, 1)).toEqual(['9002'])
  })

  it('keeps the keys apart', () => {
    const store = fileNonceStore(fresh())
    expect(store.advance('a', '5')).toBe('5')
    expect(store.advance('/b+c=', '5')).toBe('5')
    expect(store.advance('__proto__', '7')).toBe('7')
    expect(store.advance('a', '5')).toBe('6')
    expect([store.read('a'), store.read('/b+c='), store.read('__proto__'), store.read('other')]).toEqual([
      '6',
      '5',
      '7',
      undefined,
    ])
  })

  it('the file never lowers a mark', () => {
    const store = fileNonceStore(fresh())
    store.write('key', '50')
    store.write('key', '9')
    expect([store.read('key'), store.advance('key', '0')]).toEqual(['50', '51'])
    store.write('key', '100')
    expect(store.read('key')).toBe('100')
  })

  it('is for its owner only, whatever it was before', () => {
    if (process.platform === 'win32') return
    const path = fresh()
    const store = fileNonceStore(path)
    store.advance('key', '1')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    chmodSync(path, 0o644)
    store.advance('key', '1')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('takes over from a process that was killed while it held the lock', async () => {
    const path = fresh()
    const holder = run('hold', path)
    await new Promise<void>((resolve) => holder.stdout?.once('data', () => resolve()))
    expect(existsSync(`${path}.lock`)).toBe(true)
    // Alive: no other process gets the lock.
    expect(await codeOf(() => fileNonceStore(path, { waitMs: 50 }).advance('key', '1'))).toBe('STORE_UNAVAILABLE')
    const ended = new Promise((resolve) => holder.once('exit', resolve))
    holder.kill('SIGKILL')
    await ended
    const token = (readFileSync(`${path}.lock`, 'utf8').trim().split(' ') as [string, string, string])[2]
    writeFileSync(`${path}.${token}.tmp`, 'half of it')
    const lists = await Promise.all([
      linesOf(run('draw', path, '20', '7')),
      linesOf(run('draw', path, '20', '7')),
      linesOf(run('draw', path, '20', '7')),
    ])
    expect(new Set(lists.flat()).size).toBe(60)
    expect(left(path)).toEqual(['nonces'])
  })

  it('waits for a lock of another machine, and takes it when it is old', async () => {
    const path = fresh()
    const lock = `${path}.lock`
    for (const text of [`1 elsewhere.${hostname()} ${'a'.repeat(22)}\n`, '', 'anything']) {
      writeFileSync(lock, text)
      expect(await codeOf(() => fileNonceStore(path, { waitMs: 20 }).advance('key', '1'))).toBe('STORE_UNAVAILABLE')
      utimesSync(lock, new Date(), new Date(Date.now() - 11_000))
      expect(BigInt(fileNonceStore(path, { waitMs: 20 }).advance('key', '1'))).toBeGreaterThan(0n)
    }
    // And so with the lock for taking locks.
    writeFileSync(lock, '')
    utimesSync(lock, new Date(), new Date(Date.now() - 11_000))
    writeFileSync(`${lock}.clear`, '')
    expect(await codeOf(() => fileNonceStore(path, { waitMs: 20 }).advance('key', '1'))).toBe('STORE_UNAVAILABLE')
    utimesSync(`${lock}.clear`, new Date(), new Date(Date.now() - 11_000))
    expect(BigInt(fileNonceStore(path, { waitMs: 20 }).advance('key', '1'))).toBeGreaterThan(0n)
    expect(left(path)).toEqual(['nonces'])
  })

  it('changes nothing when its lock was taken in the meantime', () => {
    const path = `${fresh()}.lock`
    withFileLock(path, {}, (outer) => {
      expect(outer.isMine()).toBe(true)
      writeFileSync(path, `1 somebody-else ${'b'.repeat(22)}\n`)
      expect(outer.isMine()).toBe(false)
    })
    // Not its own any more, so it stays.
    expect(readFileSync(path, 'utf8')).toContain('somebody-else')
  })

  it.each([
    ['empty', ''],
    ['without its last line', 'countersign nonces 1'],
    ['of another version', 'countersign nonces 2\nkey 5\n'],
    ['that was cut', 'countersign nonces 1\nkey 5'],
    ['with a leading zero', 'countersign nonces 1\nkey 05\n'],
    ['with a sign', 'countersign nonces 1\nkey -5\n'],
    ['with more in a line', 'countersign nonces 1\nkey 5 6\n'],
    ['with less in a line', 'countersign nonces 1\nkey\n'],
    ['with a key twice', 'countersign nonces 1\nkey 5\nkey 6\n'],
    ['with CRLF', 'countersign nonces 1\r\nkey 5\r\n'],
    ['with an empty line', 'countersign nonces 1\n\n'],
    ['of JSON', '{"key":5}'],
    ['of zeros, as a power failure leaves it', '\0\0\0\0'],
    ['too long', `countersign nonces 1\n${'x'.repeat(1_100_000)} 5\n`],
  ])('refuses a file %s by name, and leaves it as it is', async (_what, text) => {
    const path = fresh()
    writeFileSync(path, text)
    const store = fileNonceStore(path)
    for (const act of [
      () => store.advance('key', '1'),
      () => store.write('key', '1'),
      () => store.read('key'),
      () => increasingNonces({ unit: 'ms', store }).next('key'),
    ]) {
      expect(act).toThrow(path)
      expect(await codeOf(act)).toBe('CONFIG_INVALID')
    }
    expect(readFileSync(path, 'utf8') === text).toBe(true)
    expect(left(path)).toEqual(['nonces'])
  })

  it('names what the file system refuses', async () => {
    const missing = join(root, 'no', 'such', 'directory')
    expect(await codeOf(() => fileNonceStore(missing).advance('key', '1'))).toBe('STORE_UNAVAILABLE')
    const directory = fresh()
    mkdirSync(directory)
    expect(await codeOf(() => fileNonceStore(directory).advance('key', '1'))).toBe('STORE_UNAVAILABLE')
    expect(left(directory)).toEqual(['nonces'])
  })

  it('refuses what cannot be right', async () => {
    expect(await codeOf(() => fileNonceStore(''))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => fileNonceStore(undefined as never))).toBe('CONFIG_INVALID')
    for (const options of [{ waitMs: 0 }, { staleMs: Number.NaN }, { waitMs: 1e9 }])
      expect(await codeOf(() => fileNonceStore('x', options))).toBe('CONFIG_INVALID')
    const store = fileNonceStore(fresh())
    for (const [keyId, mark] of [
      ['', '1'],
      ['a b', '1'],
      ['a\nb', '1'],
      ['key', '-1'],
      ['key', '1e3'],
    ] as const)
      expect(await codeOf(() => store.advance(keyId, mark))).toBe('ARGUMENT_INVALID')
  })

  it('reads what it writes, for any keys and marks', () => {
    const keyId = fc.string({ minLength: 1, maxLength: 40 }).filter(isKeyId)
    fc.assert(
      fc.property(fc.array(fc.tuple(keyId, fc.bigInt({ min: 0n, max: 10n ** 30n }))), (pairs) => {
        const marks = new Map(pairs)
        expect(parseMarks(marksText(marks))).toEqual(marks)
        const text = marksText(marks)
        // Cut anywhere it is refused, except where a whole line is missing, which no cut of a single write leaves.
        for (let at = 0; at < text.length; at++) {
          const cut = parseMarks(text.slice(0, at))
          if (cut !== undefined) expect(text[at - 1]).toBe('\n')
        }
      }),
    )
  })
})

describe('increasingNonces with a store that advances', () => {
  it('asks it for every nonce, and for nothing else', () => {
    const asked: string[] = []
    const nonces = increasingNonces({
      unit: 'ms',
      clock: { now: () => 10 },
      store: {
        read: () => expect.fail('read'),
        write: () => expect.fail('write'),
        advance: (keyId, atLeast) => {
          asked.push(`${keyId} ${atLeast}`)
          return String(BigInt(atLeast) + 5n)
        },
      },
    })
    expect([nonces.next('a'), nonces.next('a'), nonces.next('b')]).toEqual(['15', '21', '15'])
    expect(asked).toEqual(['a 10', 'a 16', 'b 10'])
  })

  it('hands out nothing that does not increase, or is no nonce', async () => {
    for (const [answer, code] of [
      ['9', 'CONFIG_INVALID'],
      ['', 'CONFIG_INVALID'],
      ['1e9', 'CONFIG_INVALID'],
      [undefined as never, 'CONFIG_INVALID'],
      ['10000', 'NONCE_EXHAUSTED'],
    ] as const) {
      const store = { read: () => undefined, write: () => {}, advance: () => answer }
      const nonces = increasingNonces({ unit: 'ms', clock: { now: () => 10 }, store, max: 9_999n })
      expect(await codeOf(() => nonces.next('key'))).toBe(code)
    }
  })
})
