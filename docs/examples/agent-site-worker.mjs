/** A site as a Worker that finds out which crawler or AI agent asks. Its bindings are AGENTS and HOST. */
// npm install countersign

import { verifyAgents } from 'countersign/agents'

/** The handler of the bindings that it was made of: a Worker that is warm keeps the keys that it has fetched. */
let last = { env: undefined, handler: undefined }

function made({ AGENTS, HOST }) {
  const agents = verifyAgents({ allow: AGENTS.split(' '), authorities: [HOST], onInvalid: 'refuse' })
  return agents.fetch(async (_request, agent) => {
    // An agent that proves who it is gets the page without what is for people.
    if (agent.outcome === 'verified') return new Response(`prices for ${agent.origin}`)
    return new Response('prices and a cookie banner')
  })
}

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default {
  fetch(request, env, context) {
    if (last.env !== env) last = { env, handler: made(env) }
    return last.handler(request, env, context)
  },
}
