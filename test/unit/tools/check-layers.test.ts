import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkLayers, roomOf } from '../../../tools/check-layers.mjs'

/** One file of every room, importing nothing, for a fixture to point its arrow at. */
const HOUSE = {
  'errors.ts': '',
  'crypto/key.ts': '',
  'crypto/random.ts': '',
  'crypto/index.ts': '',
  'crypto/backend/backend.ts': '',
  'crypto/backend/native/hmac.ts': '',
  'crypto/backend/portable/hmac.ts': '',
  'message/message.ts': '',
  'message/from-node.ts': '',
  'schemes/scheme.ts': '',
  'schemes/rfc9421/signer.ts': '',
  'support/deadline.ts': '',
  'support/node/lock.ts': '',
  'sources/clock.ts': '',
  'access/scope.ts': '',
  'exchange/catalogue/okx.ts': '',
  'exchange/spec/spec.ts': '',
  'exchange/signer/exchange.ts': '',
  'audit/log.ts': '',
  'schemes/sigv4/sign.ts': '',
  'client/sign-request.ts': '',
  'client/undici.ts': '',
  'server/verdict.ts': '',
  'server/index.ts': '',
  'server/middleware/express.ts': '',
  'server/middleware/koa.ts': '',
  'keyring/keyring.ts': '',
  'doctor/trace.ts': '',
  'testing/exchange.ts': '',
  'cli/main.ts': '',
  'inspector/page.ts': '',
}

let house: string

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'countersign-layers-'))
  for (const [file, text] of Object.entries(HOUSE)) write(file, text)
})

afterAll(() => rmSync(house, { recursive: true, force: true }))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true })
  writeFileSync(join(house, file), text)
}

/** What the check says when one file of the house holds this text. */
function violationsOf(file: string, text: string): string[] {
  write(file, text)
  try {
    return checkLayers(house).map((found) => `${found.file}:${found.line} ${found.message}`)
  } finally {
    if (Object.hasOwn(HOUSE, file)) write(file, '')
    else rmSync(join(house, file))
  }
}

test('an empty house is in order', () => {
  expect(checkLayers(house)).toEqual([])
})

describe('who may import whom', () => {
  test.each([
    ['errors.ts', './crypto/key.js'],
    ['crypto/key.ts', '../message/message.js'],
    ['crypto/key.ts', '../schemes/scheme.js'],
    ['message/message.ts', '../schemes/scheme.js'],
    ['message/message.ts', '../client/sign-request.js'],
    ['schemes/scheme.ts', './rfc9421/signer.js'],
    ['schemes/rfc9421/signer.ts', '../../exchange/catalogue/okx.js'],
    ['exchange/catalogue/okx.ts', '../../schemes/sigv4/sign.js'],
    ['exchange/spec/spec.ts', '../signer/exchange.js'],
    ['exchange/spec/spec.ts', '../catalogue/okx.js'],
    ['exchange/signer/exchange.ts', '../../client/sign-request.js'],
    ['support/deadline.ts', '../crypto/key.js'],
    ['access/scope.ts', '../server/verdict.js'],
    ['sources/clock.ts', '../schemes/scheme.js'],
    ['audit/log.ts', '../keyring/keyring.js'],
    ['audit/log.ts', '../message/message.js'],
    ['schemes/rfc9421/signer.ts', '../../client/sign-request.js'],
    ['schemes/rfc9421/signer.ts', '../../server/verdict.js'],
    ['client/sign-request.ts', '../server/verdict.js'],
    ['client/sign-request.ts', '../keyring/keyring.js'],
    ['client/sign-request.ts', '../exchange/catalogue/okx.js'],
    ['server/verdict.ts', '../client/sign-request.js'],
    ['server/verdict.ts', '../keyring/keyring.js'],
    ['server/verdict.ts', '../schemes/rfc9421/signer.js'],
    ['keyring/keyring.ts', '../client/sign-request.js'],
    ['keyring/keyring.ts', '../schemes/scheme.js'],
    ['doctor/trace.ts', '../testing/exchange.js'],
    ['testing/exchange.ts', '../doctor/trace.js'],
    ['inspector/page.ts', '../cli/main.js'],
  ])('%s must not import %s', (from, specifier) => {
    for (const line of [
      `import { x } from '${specifier}'`,
      `import type { x } from '${specifier}'`,
      `export { x } from '${specifier}'`,
      `export * from '${specifier}'`,
      `export type { x } from '${specifier}'`,
      `import '${specifier}'`,
      `const x = await import('${specifier}')`,
      `let x: import('${specifier}').X`,
      `let x: typeof import('${specifier}')`,
    ]) {
      expect(violationsOf(from, `// a line above\n${line}\n`), line).toEqual([
        expect.stringMatching(new RegExp(`^${from}:2 \\S+ must not import `)),
      ])
    }
  })

  test.each([
    ['crypto/key.ts', '../errors.js'],
    ['message/message.ts', '../crypto/key.js'],
    ['schemes/scheme.ts', '../message/message.js'],
    ['schemes/rfc9421/signer.ts', '../scheme.js'],
    ['schemes/rfc9421/other.ts', './signer.js'],
    ['exchange/catalogue/okx.ts', '../../crypto/key.js'],
    ['exchange/catalogue/okx.ts', '../signer/exchange.js'],
    ['exchange/signer/exchange.ts', '../../sources/clock.js'],
    ['keyring/keyring.ts', '../access/scope.js'],
    ['access/scope.ts', '../support/deadline.js'],
    ['client/sign-request.ts', '../schemes/rfc9421/signer.js'],
    ['client/undici.ts', './sign-request.js'],
    ['server/middleware/koa.ts', '../../message/from-node.js'],
    ['server/verdict.ts', '../schemes/scheme.js'],
    ['testing/exchange.ts', '../server/middleware/koa.js'],
    ['cli/main.ts', '../client/undici.js'],
    ['cli/main.ts', '../doctor/trace.js'],
    ['doctor/trace.ts', '../schemes/sigv4/sign.js'],
  ])('%s may import %s', (from, specifier) => {
    expect(violationsOf(from, `import { x } from '${specifier}'\n`)).toEqual([])
  })

  test('keyring sees the server’s interfaces, and only as types', () => {
    expect(violationsOf('keyring/keyring.ts', "import type { X } from '../server/verdict.js'")).toEqual([])
    expect(violationsOf('keyring/keyring.ts', "import { X } from '../server/verdict.js'")).toEqual([
      'keyring/keyring.ts:1 keyring may import server only with "import type" (server/verdict.ts)',
    ])
  })

  test('a leaf is imported by testing and cli only, and imports no other leaf', () => {
    expect(violationsOf('server/verdict.ts', "export { x } from './middleware/koa.js'")).toEqual([
      'server/verdict.ts:1 only cli, testing, proxy may import a leaf (server/middleware/koa.ts)',
    ])
    expect(violationsOf('server/middleware/express.ts', "import { x } from './koa.js'")).toEqual([
      'server/middleware/express.ts:1 a leaf must not import another leaf (server/middleware/koa.ts)',
    ])
  })

  test('an entry point may hand out the default scheme, but its room gets it from nowhere', () => {
    expect(violationsOf('server/index.ts', "export { x } from '../schemes/rfc9421/signer.js'")).toEqual([])
    expect(violationsOf('server/index.ts', "export { x } from '../exchange/catalogue/okx.js'")).toHaveLength(1)
    expect(violationsOf('server/index.ts', "export { x } from '../client/sign-request.js'")).toHaveLength(1)
    expect(violationsOf('server/verdict.ts', "import { x } from './index.js'")).toEqual([
      'server/verdict.ts:1 server must not import server/index (server/index.ts)',
    ])
  })

  test('a file outside of every room is refused', () => {
    expect(violationsOf('helpers/pad.ts', '')).toEqual(['helpers/pad.ts:1 "helpers" is not a room of the table'])
  })

  test('an index of a room holds re-exports only', () => {
    expect(violationsOf('index.ts', "export { x } from './crypto/key.js'\nexport const y = 1\n")).toEqual([
      'index.ts:2 an index holds re-exports only',
    ])
  })
})

describe('backends', () => {
  test('are chosen by the imports map, not by path', () => {
    expect(violationsOf('crypto/key.ts', "import { hmac } from '#backend/hmac'")).toEqual([])
    expect(violationsOf('server/verdict.ts', "import { hash } from '#backend/hash'")).toEqual([])
    expect(violationsOf('errors.ts', "import { hmac } from '#backend/hmac'")).toHaveLength(1)
    expect(violationsOf('crypto/key.ts', "import { hmac } from './backend/portable/hmac.js'")).toEqual([
      'crypto/key.ts:1 a backend is chosen by the imports map: use #backend/… instead of crypto/backend/portable/hmac.ts',
    ])
  })

  test('the portable one must not import the native one', () => {
    expect(violationsOf('crypto/backend/portable/hmac.ts', "import { hmac } from '../native/hmac.js'")).toEqual([
      'crypto/backend/portable/hmac.ts:1 the portable backend must not import the native one (crypto/backend/native/hmac.ts)',
    ])
  })
})

describe('packages from outside', () => {
  test.each([
    ['crypto/key.ts', "import { sha256 } from '@noble/hashes/sha2.js'"],
    ['crypto/backend/portable/hmac.ts', "import crypto from 'node:crypto'"],
    ['crypto/key.ts', "import crypto from 'node:crypto'"],
    ['crypto/key.ts', "import crypto from 'crypto'"],
    ['message/message.ts', "import type { IncomingMessage } from 'node:http'"],
    ['message/from-node.ts', "import crypto from 'node:crypto'"],
    ['server/middleware/express.ts', "import express from 'express'"],
    ['server/middleware/express.ts', "import { type Request } from 'express'"],
    ['server/middleware/express.ts', "export * from 'express'"],
    ['server/middleware/express.ts', "const express = await import('express')"],
    ['server/middleware/koa.ts', "import type { Request } from 'express'"],
    ['client/sign-request.ts', "import type { Dispatcher } from 'undici'"],
    ['client/sign-request.ts', "import lodash from 'lodash'"],
  ])('%s must not say: %s', (file, text) => {
    expect(violationsOf(file, text)).toHaveLength(1)
  })

  test.each([
    ['crypto/backend/portable/hmac.ts', "import { sha256 } from '@noble/hashes/sha2.js'"],
    ['crypto/backend/native/hmac.ts', "import crypto from 'node:crypto'\nBuffer.alloc(process.pid)"],
    ['message/from-node.ts', "import type { IncomingMessage } from 'node:http'"],
    ['server/middleware/express.ts', "import type { Request } from 'express'\nlet r: import('express').Response"],
    ['client/undici.ts', "import type { Dispatcher } from 'undici'"],
  ])('%s may say: %s', (file, text) => {
    expect(violationsOf(file, text)).toEqual([])
  })
})

describe('names that resolve to nothing', () => {
  test.each([
    ["import { x } from '../crypto/key'", 'relative import "../crypto/key" must end in .js'],
    ["import { x } from '../crypto/key.ts'", 'relative import "../crypto/key.ts" must end in .js'],
    ["import { x } from '../crypto/missing.js'", '"../crypto/missing.js" names no source file'],
    ["import { x } from '../../test/x.js'", '"../../test/x.js" leaves the source tree'],
    ['const x = await import(name)', 'an import whose name is computed cannot be checked'],
  ])('the import is refused: %s', (text, message) => {
    expect(violationsOf('message/message.ts', text)).toEqual([`message/message.ts:1 ${message}`])
  })
})

describe('the runtime', () => {
  test.each([
    'Buffer.from(x)',
    'globalThis.Buffer.from(x)',
    "globalThis['Buffer'].from(x)",
    'let x: Buffer',
    'process.env',
    'f({ Buffer })',
  ])('a name that only Node has is refused: %s', (text) => {
    expect(violationsOf('client/sign-request.ts', text)).toEqual([expect.stringContaining('exists only on Node')])
  })

  test('a member or a key of that name is something else', () => {
    const text =
      'interface A { process(): void }\na.Buffer.x\nconst b = { process: 1 }\nconst { process: c } = b\n// Buffer\nf("Buffer")'
    expect(violationsOf('client/sign-request.ts', text)).toEqual([])
  })

  const IMPURE = [
    'Date.now()',
    'globalThis.Date.now()',
    'const now = Date.now',
    'new Date()',
    'Date()',
    'performance.now()',
    'Math.random()',
    'crypto.getRandomValues(x)',
    'globalThis.crypto.randomUUID()',
    'crypto.subtle.sign()',
    "fetch('https://example.com')",
    'f({ fetch })',
    'setTimeout(f, 1)',
    'import.meta.env',
  ]

  test.each(IMPURE)('a scheme must not use: %s', (text) => {
    for (const file of [
      'schemes/rfc9421/signer.ts',
      'exchange/catalogue/okx.ts',
      'schemes/scheme.ts',
      'message/message.ts',
    ]) {
      expect(violationsOf(file, text), file).toEqual([expect.stringMatching(/ is pure: it must not use /)])
    }
  })

  test('a scheme must not read the environment', () => {
    expect(violationsOf('exchange/catalogue/okx.ts', 'process.env.KEY')).toContain(
      'exchange/catalogue/okx.ts:1 exchange/catalogue is pure: it must not use process',
    )
  })

  test.each(['random', 'index'])('a scheme must not reach randomness through crypto/%s', (module) => {
    const text = `import { randomNonce } from '../../crypto/${module}.js'`
    expect(violationsOf('schemes/rfc9421/signer.ts', text)).toEqual([
      `schemes/rfc9421/signer.ts:1 schemes/rfc9421 must not import crypto/${module} (crypto/${module}.ts)`,
    ])
  })

  test.each(IMPURE)('a client may use: %s', (text) => {
    expect(violationsOf('client/sign-request.ts', text)).toEqual([])
  })

  test('a scheme may convert a time it was given', () => {
    expect(
      violationsOf('exchange/catalogue/okx.ts', 'new Date(nowMs).toISOString()\nx.fetch(y)\n// Date.now()'),
    ).toEqual([])
  })
})

test('a file that runs only on Node is imported by such files alone, types aside', () => {
  expect(violationsOf('keyring/keyring.ts', "import { lock } from '../support/node/lock.js'")).toEqual([
    'keyring/keyring.ts:1 support/node/lock.ts runs only on Node: this file must also run in browsers',
  ])
  expect(violationsOf('keyring/keyring.ts', "import type { Lock } from '../support/node/lock.js'")).toEqual([])
  expect(violationsOf('keyring/stores/file.ts', "import { lock } from '../../support/node/lock.js'")).toEqual([])
})

test('a circle of files is refused, also where it consists of types', () => {
  write('access/cidr.ts', "import type { Scope } from './scope.js'\n")
  try {
    expect(violationsOf('access/scope.ts', "import type { Cidr } from './cidr.js'\n")).toEqual([
      'access/cidr.ts:1 is in a circle with access/scope.ts',
    ])
  } finally {
    rmSync(join(house, 'access/cidr.ts'))
  }
})

test('a file belongs to the room with the longest name, and each family of schemes is one', () => {
  const files = ['index.ts', 'errors.ts', 'crypto/backend/native/hmac.ts', 'crypto/random.ts', 'schemes/scheme.ts']
  expect([...files, 'schemes/sigv4/a/b.ts', 'exchange/spec/spec.ts', 'support/node/lock.ts'].map(roomOf)).toEqual([
    ...['index', 'errors', 'crypto', 'crypto/random', 'schemes/scheme', 'schemes/sigv4', 'exchange/spec'],
    'support/node',
  ])
})
