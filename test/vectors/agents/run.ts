import { allowTestKeys, type VerifyAgentsOptions, verifyAgents } from '../../../src/agents/index.js'
import { httpRequest } from '../../../src/message/message.js'
import type { NegativeVector } from './negative.js'

/** A `fetch` that answers with one directory, and with 404 elsewhere. */
export const directoryFetch =
  (directory: NegativeVector['directory']) =>
  async (url: string): Promise<Response> =>
    url === directory?.url
      ? new Response(directory.body, { status: directory.status, headers: directory.headers })
      : new Response(null, { status: 404 })

/** The outcome of one vector. */
export function judged(vector: NegativeVector, options: Partial<VerifyAgentsOptions> = {}) {
  const { method, url, headers, body } = vector.request
  const agents = verifyAgents({
    allow: [vector.directory?.url ?? 'https://signature-agent.test'],
    authorities: ['example.com'],
    fetch: directoryFetch(vector.directory),
    clock: { now: () => vector.now * 1000 },
    [allowTestKeys]: true,
    ...options,
  })
  return agents.judge(httpRequest({ method, url, headers, ...(body === undefined ? {} : { body }) }))
}
