import { withSignature } from 'countersign/server/fetch'
import { options, verifier } from '../../../verifier.js'

const answer = async (request, { owner }, { params }) =>
  new Response(`node ${owner} ${(await params).id} ${await request.text()}`)

export const GET = withSignature(verifier, answer, options)
export const POST = withSignature(verifier, answer, options)
