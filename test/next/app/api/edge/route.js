import { withSignature } from 'countersign/server/fetch'
import { options, verifier } from '../../verifier.js'

export const runtime = 'edge'

const answer = async (request, { owner }) => new Response(`${globalThis.EdgeRuntime} ${owner} ${await request.text()}`)

export const GET = withSignature(verifier, answer, options)
export const POST = withSignature(verifier, answer, options)
