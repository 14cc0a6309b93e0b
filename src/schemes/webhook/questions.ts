import type { WebhookAnswer } from './webhook.js'

// What is repeated to every asker must be no markup, script or header.
const HARMLESS = /^[A-Za-z0-9_.~=+-]{1,512}$/

/** Repeats the text of a question as plain text; `undefined` where there is none, or one that a page could be made of. */
export const plainAnswer = (text: string | undefined): WebhookAnswer | undefined =>
  text !== undefined && HARMLESS.test(text)
    ? { status: 200, headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }, body: text }
    : undefined
