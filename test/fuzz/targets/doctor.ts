import { readdirSync, readFileSync } from 'node:fs'
import { readCapture } from '../../../src/doctor/index.js'
import { readRefusal } from '../../../src/doctor/read/http.js'
import { readVariables } from '../../../src/doctor/read/variables.js'
import { reads, type Target } from '../target.js'

const CORPUS = new URL('../../doctor/corpus/', import.meta.url)

/** `undefined` where a signature stands alone, of which a capture is not made. */
function formatOf(input: string | object): string | undefined {
  try {
    return readCapture(input).format
  } catch {
    return undefined
  }
}

/** The shortest requests of people in each form that is read, four of each: what one form has none of the others has. */
function pastes(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const name of readdirSync(CORPUS)) {
    const { input } = JSON.parse(readFileSync(new URL(name, CORPUS), 'utf8'))
    const text = typeof input === 'string' ? input : JSON.stringify(input)
    const format = formatOf(input)
    if (format !== undefined) found.set(format, [...(found.get(format) ?? []), text])
  }
  for (const [format, texts] of found) found.set(format, texts.sort((a, b) => a.length - b.length).slice(0, 4))
  return found
}

export const targets: readonly Target[] = [
  reads(
    'capture',
    [
      'POST /v1/orders?a=1 HTTP/1.1\r\nHost: api.example.com\r\nX-Signature: ab\r\n\r\n{"qty":1}',
      "curl -X POST 'https://api.example.com/v1?a=1' -H 'X-Key: k' --data-raw '{\"a\":1}'",
      'fetch("https://api.example.com/", { method: "POST", headers: { a: "b" }, body: "x" })',
      '{"log":{"entries":[{"request":{"method":"GET","url":"https://api.example.com/","headers":[]}}]}}',
      'http POST https://api.example.com/v1 a=1 X-Key:k',
      "Invoke-WebRequest -Uri 'https://api.example.com/' -Method POST -Body '{}'",
      'requests.post("https://api.example.com/", json={"a": 1}, headers={"X-Key": "k"})',
      '{"url":"https://api.example.com/","method":"POST","headers":{"a":"b"},"body":"x"}',
    ],
    readCapture,
  ),
  ...[...pastes()].map(([format, texts]) => reads(`capture-${format}`, texts, readCapture)),
  reads('refusal', ['HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{"code":-1022}'], readRefusal),
  reads(
    'webhook-variables',
    ['const payload = \'{"a":1}\'\nconst signature = "sha256=0123456789abcdef0123456789abcdef"'],
    readVariables,
  ),
]
