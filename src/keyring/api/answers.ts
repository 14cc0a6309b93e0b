import type { IncidentGroup, IncidentNetwork, IncidentPart, IncidentReport, IncidentUse } from '../../audit/incident.js'
import type { IncidentBucket, IncidentTimeline } from '../../audit/timeline.js'
import type { IssuedKey } from '../keyring-options.js'
import type { KeyUsage } from '../record/key-record.js'
import type { KeyInfo } from '../record/key-view.js'
import type { KeyReminder } from '../reminders.js'
import type { ObjectSchema, Schema } from './schema.js'
import {
  ALGORITHM,
  count,
  flag,
  integer,
  list,
  type Members,
  moment,
  object,
  oneOf,
  SETTINGS,
  STATUS,
  text,
} from './shapes.js'

const USAGE: Members<KeyUsage> = {
  firstUsedAtMs: moment(),
  lastUsedAtMs: moment(),
  lastUsedIp: text(64),
  lastUsedAgent: text(1_024),
  count,
  failures: count,
}

/** The public members of a key. Only what is named here goes out. */
export const KEY: Members<KeyInfo> = {
  ...SETTINGS,
  id: text(256),
  rev: count,
  environment: oneOf('live', 'test'),
  owner: text(256),
  algorithm: ALGORITHM,
  version: count,
  lineage: text(256),
  replaces: text(256),
  replacedBy: text(256),
  overlapUntilMs: moment(),
  status: STATUS,
  state: oneOf('active', 'rotating', 'not-yet-valid', 'expired', 'locked', 'disabled', 'revoked'),
  createdAtMs: moment(),
  createdBy: text(256),
  changedAtMs: moment(),
  notBeforeMs: moment(),
  expiresAtMs: { anyOf: [moment(), { type: 'null' }], description: 'null: never' },
  rotateAtMs: moment(),
  activeSinceMs: moment(),
  disabledBy: text(256),
  disabledReason: text(1_024),
  revokedAtMs: moment(),
  revokedBy: text(256),
  revokedReason: text(1_024),
  thumbprint: text(64, 'of a public key, RFC 7638'),
  usage: object(USAGE, ['count', 'failures']),
}

export const REMINDER: Members<KeyReminder> = {
  kind: oneOf('expires', 'expired', 'rotate', 'overdue'),
  keyId: text(256),
  owner: text(256),
  name: text(128),
  atMs: moment(),
  days: integer(0, 36_600),
}

const free = (description: string): ObjectSchema => ({
  type: 'object',
  properties: {},
  additionalProperties: true,
  description,
})
const USE: Members<IncidentUse> = {
  first: text(32, 'ISO 8601'),
  last: text(32, 'ISO 8601'),
  count,
  outcomes: free('how often each outcome: ok, or the code of a refusal'),
}
const GROUP: Members<IncidentGroup> = { ...USE, clientIp: text(64), userAgent: text(1_024), route: text(2_048) }
const NETWORK: Members<IncidentNetwork> = { ...USE, network: text(64) }
const use = object(USE, Object.keys(USE))
const PART: Members<IncidentPart> = {
  total: use,
  groups: list(object(GROUP, [...Object.keys(USE), 'route'])),
  networks: list(object(NETWORK, Object.keys(NETWORK))),
  more: use,
}
const part = object(PART, ['groups', 'networks'])
const BUCKET: Members<IncidentBucket> = { at: text(32, 'ISO 8601'), accepted: count, refused: count, claimed: count }
const TIMELINE: Members<IncidentTimeline> = { bucketMs: count, buckets: list(object(BUCKET, Object.keys(BUCKET))) }
const INCIDENT: Members<IncidentReport> = {
  keyId: text(256),
  since: text(32),
  until: text(32),
  proven: part,
  claimed: part,
  timeline: object(TIMELINE, Object.keys(TIMELINE)),
  changes: list(free('an event of the audit log')),
  events: count,
  corrupt: count,
  lost: count,
  sampled: flag,
}
const REPORTED = Object.keys(INCIDENT).filter((name) => name !== 'until')

/** The shapes that the document names, for references. */
const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
export const KEY_REF: Schema = reference('Key')
const REVOCATION: Readonly<Record<string, Schema>> = {
  how: oneOf('acknowledged', 'waited', 'begun'),
  nodes: count,
  tookMs: count,
}
const SECRET = text(128, 'the shared secret, here and never again; absent for a public key')

/** Every shape that goes out. */
export type AnswerName =
  | 'Key'
  | 'OneKey'
  | 'Issued'
  | 'Revoked'
  | 'Keys'
  | 'Compromised'
  | 'Incident'
  | 'Reminders'
  | 'Document'
  | 'Problem'

export const ANSWERS: Readonly<Record<AnswerName, ObjectSchema>> = {
  Key: object(KEY, ['id', 'rev', 'environment', 'owner', 'algorithm', 'status', 'state', 'scopes', 'expiresAtMs']),
  OneKey: object({ key: KEY_REF }, ['key']),
  Issued: object({ key: KEY_REF, secret: SECRET }, ['key']),
  Revoked: object({ key: KEY_REF, ...REVOCATION }, ['key']),
  Keys: object({ keys: list(KEY_REF), next: text(256, '"after" of the next page; absent on the last') }, ['keys']),
  Compromised: object(
    {
      key: KEY_REF,
      ...REVOCATION,
      replacement: reference('Issued'),
      problem: text(64, 'why there is no replacement'),
      incident: reference('Incident'),
    },
    ['key', ...Object.keys(REVOCATION)],
  ),
  Incident: object(INCIDENT, REPORTED),
  Reminders: object({ reminders: list(object(REMINDER, Object.keys(REMINDER))) }, ['reminders']),
  Document: { type: 'object', properties: { openapi: text(16) }, required: ['openapi'], additionalProperties: true },
  Problem: object({ type: text(64), title: text(64), status: integer(400, 599), code: text(64), detail: text(4_096) }, [
    'type',
    'title',
    'status',
  ]),
}

/** A key as it goes out: by the names of the table, so that nothing else ever does. */
export const shown = (key: KeyInfo): object =>
  Object.fromEntries(Object.keys(KEY).flatMap((name) => (name in key ? [[name, key[name as keyof KeyInfo]]] : [])))

/** The one place where a secret goes out. */
export const shownOnce = ({ key, secret }: IssuedKey): object => ({
  key: shown(key),
  ...(secret !== undefined && { secret: secret.revealText() }),
})
