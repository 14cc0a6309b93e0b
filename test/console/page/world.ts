import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { createAuditLog } from '../../../src/audit/log.js'
import { memoryAuditLog } from '../../../src/audit/memory.js'
import type { PortalLogin } from '../../../src/console/portal/login.js'
import type { KeyringPortalOptions } from '../../../src/console/portal/options.js'
import { createKeyringPortal } from '../../../src/console/portal/portal.js'
import { clientGuide } from '../../../src/guide/client-guide.js'
import type { KeyStore } from '../../../src/keyring/key-store.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { Keyring } from '../../../src/keyring/keyring-options.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { fileKeyStore } from '../../../src/keyring/stores/file.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { withSignature } from '../../../src/server/middleware/node.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { browserPath } from '../../runtime/browser/chromium.js'

export type PageFiles = Readonly<Record<string, readonly [type: string, text: string]>>

export const AXE: string = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const SCOPES: KeyringPortalOptions['scopes'] = [
  { name: 'orders:read', label: 'Read orders', description: 'Lists orders and their fills.', level: 'read' },
  { name: 'balance:read', label: 'Read balances', level: 'read' },
  { name: 'orders:write', label: 'Place and cancel orders', description: 'Spends money.', level: 'write' },
  { name: 'account:admin', label: 'Administer the account', description: 'Members, limits, webhooks.', level: 'admin' },
]

export const ALICE: PortalLogin = {
  owner: 'alice',
  name: 'Alice Example',
  mayGrant: ['orders:*', 'balance:*'],
  id: 'session-of-alice',
}
export const ROOT: PortalLogin = {
  owner: 'root',
  name: 'Root',
  isAdmin: true,
  mayGrant: ['orders:*', 'balance:*', 'account:*'],
  id: 'session-of-root',
}

export interface Opened {
  readonly page: Page
  /** What the browser reported: refused loads, faults. */
  readonly complaints: string[]
}

export interface ConsoleWorld {
  readonly origin: string
  readonly keyring: Keyring
  readonly browser: Browser
  /** Whose browser it is. */
  login: PortalLogin | undefined
  /** How far the server's clock is ahead of this machine's. */
  skewMs: number
  now(): number
  open(path?: string, options?: BrowserContextOptions): Promise<Opened>
  close(): Promise<void>
}

let built: Promise<PageFiles> | undefined
/** The page as it is built, once for a file of tests. */
export function pageFiles(): Promise<PageFiles> {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-console-'))
    execFileSync(process.execPath, ['tools/build-console.mjs', folder])
    const { PAGE_FILES } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'files.js')).href)) as {
      PAGE_FILES: Readonly<Record<string, readonly [type: string, text?: string]>>
    }
    const files = Object.entries(PAGE_FILES).map(
      ([name, [type, text]]) => [name, [type, text ?? readFileSync(join(folder, name), 'utf8')]] as const,
    )
    rmSync(folder, { recursive: true, force: true })
    return Object.fromEntries(files)
  })()
  return built
}

const kek = (id: string) => ({ id, key: new Uint8Array(32).fill(7) })

/** A service with a login, an API that takes signed requests, and the portal, on this machine. */
export async function consoleWorld({
  store,
  portal: more = {},
  pages = {},
}: {
  readonly store?: KeyStore
  readonly portal?: Partial<KeyringPortalOptions>
  /** More pages of the service, by path. */
  readonly pages?: PageFiles
} = {}): Promise<ConsoleWorld> {
  const files = await pageFiles()
  const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'))
  const time = { skewMs: 0 }
  const clock = { now: () => Date.now() + time.skewMs }
  const sealing = createSealing({ primary: kek('kek-2026'), indexSecret: new Uint8Array(32).fill(9) })
  const log = createAuditLog({ sinks: [memoryAuditLog()], chain: true, clock })
  const ring = (environment: 'live' | 'test', own?: KeyStore): Keyring =>
    createKeyring({
      store: own ?? fileKeyStore(join(folder, `${environment}.json`)),
      prefix: 'acme',
      environment,
      sealing,
      clock,
      audit: log,
      cache: { pollMs: 0 },
      usage: { flushMs: 50 },
      storeTimeoutMs: 20_000,
    })
  const keyring = ring('live', store)
  const testKeyring = ring('test')
  let login: PortalLogin | undefined = ALICE
  const listener: { handle: ((...all: never[]) => unknown) | undefined } = { handle: undefined }
  const server = createServer((request, response) => listener.handle?.(request as never, response as never))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const origin = `http://${authority}`
  const policy = strictPolicy({ authorities: [authority] })
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: keyring,
    policy,
    replay: memoryReplayStore({ restartBarrier: false, clock }),
    clock,
    audit: (event) => log.sink(event),
    storeTimeoutMs: 20_000,
  })
  const api = withSignature(verifier, (_request, response, { owner }) => response.end(`hello ${owner}\n`), {
    scope: ({ method }) => (method === 'GET' ? 'orders:read' : 'orders:write'),
  })
  const portal = createKeyringPortal({
    keyring,
    testKeyring,
    session: () => login,
    scopes: SCOPES,
    publicOrigin: origin,
    brand: { name: 'Acme Exchange' },
    audit: log,
    page: files,
    verifier: verifier as Required<typeof verifier>,
    guide: clientGuide({ policy, origin, brand: { name: 'Acme Exchange' } }),
    clock,
    ...more,
  })
  const ofPortal = getRequestListener(async (request, env) => {
    const { incoming } = env as unknown as { incoming: IncomingMessage }
    return portal(request, { clientIp: incoming.socket.remoteAddress })
  })
  listener.handle = (request: IncomingMessage, response: never) => {
    const own = pages[request.url ?? '']
    if (own !== undefined) {
      const policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
      const answer = response as ServerResponse
      answer.writeHead(200, { 'content-type': own[0], 'content-security-policy': policy }).end(own[1])
      return
    }
    return request.url?.startsWith('/keys/') === true
      ? ofPortal(request as never, response)
      : (api as (...all: unknown[]) => unknown)(request, response)
  }
  const browser: Browser = await chromium.launch({
    executablePath: browserPath as string,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
  })
  return {
    origin,
    keyring,
    browser,
    get login() {
      return login
    },
    set login(value) {
      login = value
    },
    get skewMs() {
      return time.skewMs
    },
    set skewMs(value) {
      time.skewMs = value
    },
    now: clock.now,
    open: async (path = '/keys/', options = {}) => {
      const context = await browser.newContext({ locale: 'en-GB', ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      const complaints: string[] = []
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(origin + path)
      return { page, complaints }
    },
    close: async () => {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await Promise.all([keyring.close(), testKeyring.close(), log.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What axe finds wrong, in short. */
export async function faults(page: Page): Promise<unknown> {
  // The page's policy refuses a script that is put into it: a tool for tests stands outside of that.
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: Array<{ id: string; nodes: Array<{ html: string }> }> }> }
    }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
  })
}
