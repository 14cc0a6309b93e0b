/** Behind the proxy of Next, which has verified. */
const answer = async (request) => new Response(`behind ${await request.text()}`)

export const GET = answer
export const POST = answer
