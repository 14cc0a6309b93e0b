import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import { createGate, createSigningProxy } from '../../src/proxy/index.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../src/server/key-source.js'
import { withSignature } from '../../src/server/middleware/node.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier, type Verifier } from '../../src/server/verifier.js'
import { has, SERVICES } from './services.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const folder = mkdtempSync(join(tmpdir(), 'countersign-clients-'))
const closers: Array<() => unknown> = [() => rmSync(folder, { recursive: true, force: true })]
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const verifierFor = (authority: string): Verifier =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice', scopes: ['orders:write'] }]),
    policy: strictPolicy({ authorities: [authority] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })

const seen: string[] = []
let origin = ''

beforeAll(async () => {
  const server: Server = createServer((request, response) => listener(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const listener = withSignature(verifierFor(`127.0.0.1:${port}`), (_request, response, verdict) => {
    const { method, target } = verdict.request
    seen.push(`${method} ${target} ${verdict.body === null ? '' : Buffer.from(verdict.body)}`)
    response.end(verdict.owner ?? '')
  })
  const proxy = createSigningProxy({ targets: [{ target: `http://127.0.0.1:${port}`, signer: rfc9421({ key }) }] })
  origin = (await proxy.listen()).origin
  closers.push(() => proxy.close())
})

/** What a program prints. */
const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: folder,
      env: { ...process.env, GOFLAGS: '-mod=mod' },
    })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
    })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += String(chunk)
    })
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve(text.trim()) : reject(new Error(errors))))
  })

const PYTHON = `
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1])
for method, path, body in (('GET', '/v1/orders?a=%20b&&c', None), ('POST', '/v1/orders', '{"qty":1}')):
    connection.request(method, path, body, {'Authorization': 'Bearer of-the-client'})
    answer = connection.getresponse()
    print(answer.status, answer.read().decode())
`
const GO = `package main

import ("fmt"; "io"; "net/http"; "os"; "strings")

func main() {
	for _, method := range []string{"GET", "POST"} {
		var body io.Reader
		if method == "POST" { body = strings.NewReader("{\\"qty\\":1}") }
		request, _ := http.NewRequest(method, os.Args[1]+"/v1/orders?a=%20b", body)
		answer, err := http.DefaultClient.Do(request)
		if err != nil { fmt.Println(err); os.Exit(1) }
		text, _ := io.ReadAll(answer.Body)
		fmt.Println(answer.StatusCode, string(text))
	}
}
`
const JAVA = `
import java.net.URI;
import java.net.http.*;

public class Client {
  public static void main(String[] args) throws Exception {
    // Asks for an upgrade to h2c, as it does by default.
    var client = HttpClient.newHttpClient();
    for (var method : new String[] {"GET", "POST"}) {
      var body = method.equals("POST") ? HttpRequest.BodyPublishers.ofString("{\\"qty\\":1}") : HttpRequest.BodyPublishers.ofString("");
      var request = HttpRequest.newBuilder(URI.create(args[0] + "/v1/orders?a=%20b")).method(method, body).build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      System.out.println(answer.statusCode() + " " + answer.body());
    }
  }
}
`

/** Skipped by name where the machine does not have it. */
const client = (name: string, is: boolean, body: () => Promise<void>): void => {
  test.skipIf(!is)(`${name}${is ? '' : ' (not on this machine)'}`, body, 300_000)
}

describe('through the signing proxy, against the verifier', () => {
  client('curl reaches it over HTTP/1.1 and HTTP/2, with a body and a raw path', has('curl', '--version'), async () => {
    seen.length = 0
    const own = ['-s', '-w', ' %{http_code} %{http_version}']
    expect(await run('curl', [...own, '--path-as-is', `${origin}/v1/caf%C3%A9?b=%20&&c`])).toBe('alice 200 1.1')
    expect(await run('curl', [...own, '-d', '{"qty":1}', `${origin}/v1/orders`])).toBe('alice 200 1.1')
    expect(await run('curl', [...own, '--http2-prior-knowledge', '-d', '{"qty":1}', `${origin}/v1/orders`])).toBe(
      'alice 200 2',
    )
    expect(await run('curl', [...own, '-u', 'user:pass', '-T', file('up.txt', 'put'), `${origin}/v1/up`])).toBe(
      'alice 200 1.1',
    )
    expect(seen).toEqual([
      'GET /v1/caf%C3%A9?b=%20&&c ',
      'POST /v1/orders {"qty":1}',
      'POST /v1/orders {"qty":1}',
      'PUT /v1/up put',
    ])
    // As a proxy for another host, which it is not.
    expect(
      await run('curl', ['-s', '-o', file('out', ''), '-w', '%{http_code}', '-x', origin, 'http://other.example/']),
    ).toBe('403')
  })

  client('http.client of Python reaches it', has('python3', '--version'), async () => {
    seen.length = 0
    expect(await run('python3', [file('client.py', PYTHON), origin.slice(7)])).toBe('200 alice\n200 alice')
    expect(seen).toEqual(['GET /v1/orders?a=%20b&&c ', 'POST /v1/orders {"qty":1}'])
  })

  client('net/http of Go reaches it', has('go', 'version'), async () => {
    seen.length = 0
    expect(await run('go', ['run', file('client.go', GO), origin])).toBe('200 alice\n200 alice')
    expect(seen).toEqual(['GET /v1/orders?a=%20b ', 'POST /v1/orders?a=%20b {"qty":1}'])
  })

  client('java.net.http of Java reaches it', has('javac', '-version'), async () => {
    seen.length = 0
    expect(await run('java', [file('Client.java', JAVA), origin])).toBe('200 alice\n200 alice')
    expect(seen).toEqual(['GET /v1/orders?a=%20b ', 'POST /v1/orders?a=%20b {"qty":1}'])
  })
})

describe('behind the gate, called through the proxy', () => {
  for (const [name, is, begin] of SERVICES)
    client(name, is, async () => {
      const service = await begin(folder)
      closers.push(() => service.stop())
      const gate = createGate({
        verifier: verifierFor('api.example.com'),
        upstream: `http://127.0.0.1:${service.port}`,
        publicOrigin: 'http://api.example.com',
        trustedProxies: ['127.0.0.1'],
      })
      const { origin: at } = await gate.listen()
      closers.push(() => gate.close())
      // The client knows the gate by its public name; a load balancer of one's own has written the Host.
      const { scheme, key: same } = rfc9421({ key })
      const named = {
        scheme: {
          id: scheme.id,
          prepare: (message: object, context: never) => {
            const prepared = scheme.prepare({ ...message, authority: 'api.example.com' } as never, context) as {
              attach(s: Uint8Array): object
            }
            return {
              ...prepared,
              attach: (signature: Uint8Array) => ({ ...prepared.attach(signature), authority: new URL(at).host }),
            }
          },
        },
        key: same,
      }
      const proxy = createSigningProxy({ targets: [{ target: at, signer: named as never }] })
      const { origin: front } = await proxy.listen()
      closers.push(() => proxy.close())
      const answer = await fetch(`${front}/v1/orders?x=%2F`, {
        method: 'POST',
        body: 'päylöad',
        headers: { 'X-Countersign-Owner': 'root', X_Countersign_Scopes: '*:*' },
      })
      expect([answer.status, await answer.text()]).toEqual([200, '/v1/orders?x=%2F|bot-1|alice|orders:write|päylöad'])
      expect((await fetch(`${at}/v1/orders`, { method: 'POST', body: 'x' })).status).toBe(401)
    })
})
