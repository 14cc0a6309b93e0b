import { CREATED, ED25519_KEYID } from './draft.js'
import { DRAFT, type GapRow, type GapVector, GROUPS, good, X } from './gap-rows.js'
import { AGENT, GOOD_DIRECTORY, paramsOf, signBase } from './negative.js'
import { TAP_ROWS } from './tap.js'

export type { GapVector } from './gap-rows.js'

const baseOf = (values: Readonly<Record<string, string>>, params: string): string =>
  `${Object.entries(values)
    .map(([id, value]) => `${id}: ${value}\n`)
    .join('')}"@signature-params": ${params}`

const KEY = { source: 'RFC 9421 Appendix B.1.4', keyid: ED25519_KEYID, jwk: { kty: 'OKP', crv: 'Ed25519', x: X } }

function vectorOf(group: string, row: GapRow): GapVector {
  const { id, title, outcome, reason, note, signed = good, label = 'sig1', inner, now = CREATED + 60 } = row
  const [document, section, requirement] = row.basis
  const params = row.params ?? paramsOf(Object.keys(signed))
  const expectedValues = row.expected ?? signed
  const [signedBase, expectedBase] = [baseOf(signed, params), baseOf(expectedValues, row.sent ?? params)]
  const value = row.signature ?? signBase(signed, params)
  const isTap = group === 'visa-tap'
  return {
    id,
    title,
    group,
    class: row.class ?? 'request',
    provenance: 'constructed',
    expected: { outcome, reason },
    enforcement: row.enforcement ?? 'verifier-must',
    basis: { document, section, requirement },
    note,
    now,
    request: {
      method: 'GET',
      url: row.url ?? 'https://example.com/',
      headers: {
        ...(isTap ? {} : { 'Signature-Agent': row.agent ?? `sig1="${AGENT}"` }),
        'Signature-Input': [...(inner ? [inner[0]] : []), `${label}=${row.sent ?? params}`].join(', '),
        Signature: [...(inner ? [inner[1]] : []), `${label}=:${value}:`].join(', '),
      },
    },
    signature: {
      label,
      components: Object.keys(signed),
      paramsValue: params,
      signedValues: signed,
      expectedValues,
      signedBase,
      expectedBase,
      baseDiffers: signedBase !== expectedBase,
      ...(row.signature && { algorithm: 'hmac-sha256' }),
    },
    key: KEY,
    ...(isTap
      ? { directoryNote: 'The key is registered with the network, and given here as `key`.' }
      : { directory: { ...GOOD_DIRECTORY, ...row.directory } }),
    ...(row.directories && { directories: row.directories }),
    ...(row.before && { before: row.before }),
  }
}

const setFrom = (schema: string, document: string, groups: Readonly<Record<string, readonly GapRow[]>>) => {
  const testGroups = Object.entries(groups).map(([group, rows]) => ({
    group,
    tests: rows.map((row) => vectorOf(group, row)),
  }))
  const numberOfTests = testGroups.reduce((sum, { tests }) => sum + tests.length, 0)
  return { schema, document, numberOfTests, key: KEY, testGroups }
}

/** The two sets as they are published. */
export const GAP_SETS = {
  'web-bot-auth-gaps.json': setFrom('web-bot-auth-negative-vectors-v1', DRAFT, GROUPS),
  'visa-tap-gaps.json': setFrom('visa-tap-negative-vectors-v1', 'Visa Trusted Agent Protocol, sample 16d59bd', {
    'visa-tap': TAP_ROWS,
  }),
} as const
