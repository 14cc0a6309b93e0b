import { getRequestListener } from '@hono/node-server'

// As the first server of Hono in a process does: files that share one must not depend on which of them was the first.
getRequestListener(() => new Response())
