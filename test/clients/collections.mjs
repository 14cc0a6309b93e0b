// Sends one request through a collection of Postman or Bruno with the script as its pre-request script:
// node collections.mjs postman|bruno SCRIPT METHOD URL [BODY [HEADER…]]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

const TOOLS = fileURLToPath(new URL('./.tools/npm/node_modules/.bin/', import.meta.url))
const [tool, file = '', method = '', url = '', body, ...lines] = process.argv.slice(2)
const script = readFileSync(file, 'utf8')
const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
const folder = mkdtempSync(`${tmpdir()}/collection-`)
const secrets = Object.entries(process.env).filter(([name]) => /_(?:KEY_ID|SECRET)$/.test(name))

function postman() {
  const request = {
    method,
    url,
    header: headers.map(([key, value]) => ({ key, value })),
    ...(body === undefined ? {} : { body: { mode: 'raw', raw: body } }),
  }
  const collection = {
    info: { name: 'x', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    event: [{ listen: 'prerequest', script: { exec: script.split('\n') } }],
    item: [{ name: 'x', request, event: [{ listen: 'test', script: { exec: ['pm.response.to.have.status(200)'] } }] }],
  }
  const environment = { name: 'x', values: secrets.map(([key, value]) => ({ key, value, enabled: true })) }
  writeFileSync(`${folder}/collection.json`, JSON.stringify(collection))
  writeFileSync(`${folder}/environment.json`, JSON.stringify(environment))
  return [`${TOOLS}newman`, 'run', 'collection.json', '-e', 'environment.json']
}

function bruno() {
  const indented = (/** @type {string} */ text) => text.replace(/^/gm, '  ')
  const block = (/** @type {string} */ name, /** @type {string} */ text) => `${name} {\n${indented(text)}\n}\n`
  writeFileSync(`${folder}/bruno.json`, JSON.stringify({ version: '1', name: 'x', type: 'collection' }))
  writeFileSync(`${folder}/collection.bru`, block('script:pre-request', script.trimEnd()))
  const request = [
    block('meta', 'name: x\ntype: http\nseq: 1'),
    block(method.toLowerCase(), `url: ${url}\nbody: ${body === undefined ? 'none' : 'json'}\nauth: none`),
    ...(headers.length === 0 ? [] : [block('headers', headers.map(([name, value]) => `${name}: ${value}`).join('\n'))]),
    ...(body === undefined ? [] : [block('body:json', body)]),
    block('assert', 'res.status: eq 200'),
  ]
  writeFileSync(`${folder}/x.bru`, request.join('\n'))
  return [
    `${TOOLS}bru`,
    'run',
    'x.bru',
    '--sandbox',
    'safe',
    ...secrets.flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
  ]
}

const [program = '', ...args] = tool === 'postman' ? postman() : bruno()
try {
  execFileSync(program, args, { cwd: folder, stdio: 'inherit' })
} catch (error) {
  process.exitCode = /** @type {{ status: number }} */ (error).status || 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
