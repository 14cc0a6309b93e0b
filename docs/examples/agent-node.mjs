/** A crawler on Node that proves who it is (Web Bot Auth): it answers for its keys, and signs what it fetches. */
// npm install countersign
// openssl genpkey -algorithm ed25519 -out agent.pem

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createAgent } from 'countersign/agents'
import { importSigningKey } from 'countersign/crypto'

/** `directory` is the https origin that leads to this server; `nextKey` is published before it signs. */
export async function run({ privateKey, nextKey, directory, urls, port = 3000, fetch }) {
  const read = (pem) => importSigningKey(pem, { keyId: 'agent', algorithm: 'ed25519' })
  const agent = createAgent({
    name: 'Example Bot',
    key: await read(privateKey),
    directory,
    ...(nextKey && { published: [{ key: await read(nextKey) }] }),
    card: { userAgent: 'ExampleBot/1.0', productToken: 'ExampleBot', followsRobots: true, trigger: 'crawler' },
    ...(fetch && { fetch }),
  })

  const server = createServer(async (request, response) => {
    if (!(await agent.node(request, response))) response.writeHead(404).end()
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))

  const pages = []
  for (const url of urls) {
    const response = await agent.fetch(url, { headers: { 'user-agent': 'ExampleBot/1.0' } })
    pages.push({ url, status: response.status, text: await response.text() })
  }
  return { server, keyId: agent.keyId, pages }
}

const { AGENT_KEY_FILE, AGENT_ORIGIN } = process.env
if (AGENT_KEY_FILE && AGENT_ORIGIN) {
  const privateKey = readFileSync(AGENT_KEY_FILE, 'utf8')
  const { pages } = await run({ privateKey, directory: AGENT_ORIGIN, urls: process.argv.slice(2) })
  console.log(pages.map(({ url, status }) => `${status} ${url}`).join('\n'))
}
