import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './package-map.mjs'

/** How long the first commands of a new user may take together. */
export const MAX_MS = 10_000

/**
 * What a new user does first, with the package that was packed: a key, a request to the demo server, and the explanation of one
 * that was broken on its way. Everything but starting the server is done by `npx countersign`.
 * @param {string} folder one in which the tarball is installed
 * @returns {Promise<boolean>}
 */
export async function handsOn(folder) {
  // As npm links it.
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync('../countersign/dist/cli.js', join(bin, 'countersign'))
  let tookMs = 0
  /** @param {readonly string[]} args @param {number} code @param {string} says @param {string} [input] */
  const npx = (args, code, says, input = '') => {
    const start = performance.now()
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'countersign', ...args], {
      cwd: folder,
      encoding: 'utf8',
      input,
    })
    tookMs += performance.now() - start
    if (status !== code || !stdout.includes(says))
      throw new Error(`countersign ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`)
    return stdout
  }
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server
  try {
    npx(['keygen', 'bot-1'], 0, 'BEGIN PUBLIC KEY')
    server = spawn(process.execPath, [`${ROOT}demo/server.mjs`, 'bot-1.pub.pem'], {
      cwd: folder,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = /** @type {[Buffer]} */ (
      await once(/** @type {import('node:stream').Readable} */ (server.stdout), 'data')
    )
    const [origin = ''] = /http:\S+/.exec(String(line)) ?? []
    npx(['request', 'POST', `${origin}/v1/orders`, 'qty:=1', '--key', 'file:bot-1.pem'], 0, '"owner":"alice"')
    const order = ['request', 'POST', `${origin}/v1/orders`, 'qty:=1', '--key', 'file:bot-1.pem', '--print-curl']
    const curl = npx(order, 0, 'curl')
    npx(['explain', '--public-key', 'bot-1.pub.pem'], 1, 'digest', curl.replace('"qty":1', '"qty":9'))
    const inTime = tookMs < MAX_MS
    console.log(
      `package: npx countersign, the first four commands: ${Math.round(tookMs)} ms${inTime ? '' : ', TOO SLOW'}`,
    )
    return inTime
  } catch (error) {
    console.error(`package: npx countersign: FAILED\n${error instanceof Error ? error.message : error}`)
    return false
  } finally {
    server?.kill()
  }
}
