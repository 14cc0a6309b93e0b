const answer = async ({ locals, params, request }) =>
  new Response(`${locals.verdict.owner} ${params.id} ${await request.text()}`)

export const GET = answer
export const POST = answer
