import type { Finding } from '../diagnosis.js'
import { possible } from '../finding.js'

/** What a status says where nothing else of an answer was pasted, as clients print it in their exceptions. */

// requests, httpx, got, axios, node-fetch, Go, reqwest, Guzzle, urllib and a status alone.
const STATUS =
  /(?:\b(?:Client|Server) [Ee]rror:? ?'?|status code |Response code |Status\(|resulted in a `|HTTP Error |HTTP(?:\/[\d.]{1,3})?[ :]{1,2}|^[ \t]*(?:status(?:[ _]code)?[ :=]{1,3})?|\bstatus(?:_?code)?["']?[:=]\s?|<Response \[|\[)([45]\d\d)(?= (?:Client|Server) Error|\b)|\b([45]\d\d) (?:Client|Server) Error\b/im

const OF: Readonly<Record<string, readonly [cause: string, fix: string]>> = {
  '400': [
    'The other side takes the request for malformed: a part of it is missing or in another form, or its time is wrong (many exchanges answer so).',
    'Compare names, time and body with the page of the service.',
  ],
  '401': [
    'The other side does not take the authentication: signature, key, time or passphrase.',
    'Check that the fields of authentication are there, the clock, and the environment of the key.',
  ],
  '403': [
    'The other side knows who sends and does not allow it, or a firewall before it refuses: address, permission, country or key.',
    'Check the list of addresses and the permissions of the key; an answer in HTML is that of a firewall.',
  ],
  '429': ['There were too many requests.', 'Wait for as long as Retry-After says, and send fewer.'],
}

/** The finding of a status alone; none where the text has no status. */
export function statusFindings(text: string): readonly Finding[] {
  const found = STATUS.exec(text.slice(0, MOST))
  const status = found?.[1] ?? found?.[2]
  if (status === undefined) return []
  const [cause, fix] = OF[status] ?? [
    `The other side answered with the status ${status}, which says nothing about a signature.`,
    'Look for what it says in the body.',
  ]
  return [
    possible(
      'refused-status',
      cause,
      `The text says ${status} and no more: the exceptions of most clients leave out the body, in which the code of the error stands.`,
      `${fix} Print the body of the answer (error.response.data in axios, error.response.text in requests and httpx, error.response.body in got), and give it to the doctor with the request.`,
    ),
  ]
}

const MOST = 65_536
