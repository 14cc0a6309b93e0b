/** A crawler as a Worker that proves who it is (Web Bot Auth). Its bindings are AGENT_KEY (PEM), AGENT_ORIGIN and URLS. */
// npm install countersign

import { createAgent } from 'countersign/agents'
import { importSigningKey } from 'countersign/crypto'

/** The agent and the keys that it was made of: a Worker that is warm imports them once. */
let last = { keys: '', agent: undefined }

async function made({ AGENT_KEY, NEXT_KEY, AGENT_ORIGIN, fetch }) {
  const read = (pem) => importSigningKey(pem, { keyId: 'agent', algorithm: 'ed25519' })
  return createAgent({
    name: 'Example Bot',
    key: await read(AGENT_KEY),
    directory: AGENT_ORIGIN,
    ...(NEXT_KEY && { published: [{ key: await read(NEXT_KEY) }] }),
    ...(fetch && { fetch }),
  })
}

async function agentOf(env) {
  const keys = `${env.AGENT_KEY} ${env.NEXT_KEY}`
  if (last.keys !== keys) last = { keys, agent: await made(env) }
  return last.agent
}

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default {
  /** Verifiers ask here for the keys and the card. */
  async fetch(request, env) {
    const agent = await agentOf(env)
    return (await agent.documents(request)) ?? new Response(null, { status: 404 })
  },

  /** The crawl, by a cron trigger. */
  async scheduled(_event, env) {
    const agent = await agentOf(env)
    for (const url of env.URLS.split(' ')) {
      const response = await agent.fetch(url)
      await env.store?.(url, response.status, await response.text())
    }
  },
}
