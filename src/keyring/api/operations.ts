import { KEY_LIMITS } from '../../access/key-limits.js'
import type { AnswerName } from './answers.js'
import type { Call } from './call.js'
import * as changes from './changes.js'
import * as reads from './reads.js'
import type { ObjectSchema } from './schema.js'
import {
  ALGORITHM,
  CHANGED_SETTINGS,
  flag,
  integer,
  isTrue,
  moment,
  object,
  PUBLIC_KEY,
  REASON,
  SETTINGS,
  STATUS,
  schemaOf,
  text,
} from './shapes.js'

/** One row of the API: it is routed by this, checked by this, and its document is written from this. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below the base path. */
  readonly path: string
  readonly summary: string
  /** The scope that the caller's key needs by default. */
  readonly scope: string
  readonly query?: ObjectSchema
  readonly body?: ObjectSchema
  /** Needs no input, so the body may be absent. */
  readonly bodyOptional?: true
  readonly status: 200 | 201
  readonly answer: AnswerName
  run(call: Call): Promise<object>
}

/** The operations of the API. */
export type KeyringOperation =
  | 'issue'
  | 'list'
  | 'describe'
  | 'update'
  | 'rotate'
  | 'renew'
  | 'disable'
  | 'enable'
  | 'revoke'
  | 'expire'
  | 'compromise'
  | 'incident'
  | 'reminders'
  | 'openapi'

const READ = { method: 'GET', scope: 'keys:read', status: 200 } as const
const WRITE = { method: 'POST', scope: 'keys:write', status: 200, answer: 'OneKey' } as const
const ACT = { ...WRITE, bodyOptional: true } as const
const REV = integer(1, Number.MAX_SAFE_INTEGER, 'the "rev" that was looked at: 409 where it has changed since')
const REASONED = object({ reason: REASON })
const LIFE = {
  expiresInMs: schemaOf(KEY_LIMITS.expiresInMs, 'milliseconds: how long it lives, 90 days unless given'),
  neverExpires: isTrue,
}
const ROTATION = {
  reason: REASON,
  publicKey: PUBLIC_KEY,
  overlapMs: schemaOf(KEY_LIMITS.overlapMs, 'milliseconds: how long the old key still works, a day unless given'),
  compromised: flag,
}

export const OPERATIONS: Readonly<Record<KeyringOperation, Operation>> = {
  issue: {
    ...WRITE,
    path: '/keys',
    summary: 'Issue a key. The answer holds its secret, once.',
    body: object({
      ...SETTINGS,
      ...LIFE,
      owner: schemaOf(KEY_LIMITS.owner, "the caller's own unless given"),
      algorithm: ALGORITHM,
      publicKey: PUBLIC_KEY,
      notBeforeMs: moment(),
      reason: REASON,
    }),
    status: 201,
    answer: 'Issued',
    run: changes.issue,
  },
  list: {
    ...READ,
    path: '/keys',
    summary: 'List keys, in the order of their ids.',
    query: object({
      owner: text(256),
      status: STATUS,
      after: { type: 'string', pattern: '^[A-Za-z0-9_]{1,256}$', description: '"next" of the page before' },
      limit: integer(1, 1_000, '100 unless given'),
    }),
    answer: 'Keys',
    run: reads.list,
  },
  describe: { ...READ, path: '/keys/{id}', summary: 'Look at a key.', answer: 'OneKey', run: reads.describe },
  update: {
    ...WRITE,
    method: 'PATCH',
    path: '/keys/{id}',
    summary: 'Change what may be given of a key.',
    body: object({
      ...CHANGED_SETTINGS,
      rev: REV,
      reason: REASON,
    }),
    run: changes.update,
  },
  rotate: {
    ...ACT,
    path: '/keys/{id}/rotate',
    summary: 'Put a new key in the place of this one. The answer holds its secret, once.',
    body: object(ROTATION),
    status: 201,
    answer: 'Issued',
    run: changes.rotate,
  },
  renew: {
    ...ACT,
    path: '/keys/{id}/renew',
    summary: 'Rotate, with a new life. The answer holds its secret, once.',
    body: object({ ...ROTATION, ...LIFE }),
    status: 201,
    answer: 'Issued',
    run: changes.renew,
  },
  disable: {
    ...ACT,
    path: '/keys/{id}/disable',
    summary: 'Stop a key until it is enabled again.',
    body: REASONED,
    run: changes.disable,
  },
  enable: {
    ...ACT,
    // What an admin has stopped, its owner does not start again.
    scope: 'keys:admin',
    path: '/keys/{id}/enable',
    summary: 'Let a disabled or locked key be used again.',
    body: object({ reason: REASON, rev: REV }),
    run: changes.enable,
  },
  revoke: {
    ...ACT,
    path: '/keys/{id}/revoke',
    summary: 'End a key for good; with "wait", answer when no node can accept it any more.',
    body: object({ reason: REASON, wait: flag }),
    answer: 'Revoked',
    run: changes.revoke,
  },
  expire: {
    ...ACT,
    path: '/keys/{id}/expire',
    summary: 'End a key now or at a nearer moment.',
    body: object({ reason: REASON, atMs: moment() }),
    run: changes.expire,
  },
  compromise: {
    ...ACT,
    path: '/keys/{id}/compromise',
    summary: 'Everything after a leak: revoke everywhere, replace, report.',
    body: object({
      reason: REASON,
      publicKey: PUBLIC_KEY,
      sinceMs: moment(),
      wait: {
        ...flag,
        description: 'false: answer when it is revoked here; "revoke" with "wait" then confirms the rest',
      },
    }),
    answer: 'Compromised',
    run: changes.compromise,
  },
  incident: {
    ...READ,
    path: '/keys/{id}/incident',
    summary: 'When and from where a key was used.',
    query: object({ since: moment() }),
    answer: 'Incident',
    run: reads.incident,
  },
  reminders: {
    ...READ,
    path: '/reminders',
    summary: 'What became due in a span of time: ends and rotations.',
    query: object({ from: moment(), to: moment() }, ['from', 'to']),
    answer: 'Reminders',
    run: reads.reminders,
  },
  openapi: {
    ...READ,
    path: '/openapi.json',
    summary: 'This document.',
    answer: 'Document',
    run: async ({ document }) => document,
  },
}
