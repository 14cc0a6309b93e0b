import { CREATED, ED25519_KEYID } from './draft.js'
import type { GapRow } from './gap-rows.js'
import { signBase } from './negative.js'

const AUTHORITY = '"@authority"'
const PATH = '"@path"'
const SAMPLE = 'visa/trusted-agent-protocol'
const good = { [AUTHORITY]: 'example.com', [PATH]: '/cart' }
const NONCE = 'kQ3vO8e1hVwV0cN2Yz7d5w'

interface Changes {
  readonly components?: readonly string[]
  readonly expires?: number
  readonly nonce?: string | undefined
  readonly tag?: string
  /** Between parameters, as the sample writes them: `; `, and `keyId` for the key. */
  readonly sample?: boolean
}

function paramsOf(changes: Changes = {}): string {
  const {
    components = Object.keys(good),
    expires = CREATED + 300,
    tag = 'agent-browser-auth',
    sample = false,
  } = changes
  const nonce = 'nonce' in changes ? changes.nonce : NONCE
  const parameters = [
    `created=${CREATED}`,
    `expires=${expires}`,
    `${sample ? 'keyId' : 'keyid'}="${ED25519_KEYID}"`,
    'alg="ed25519"',
    ...(nonce === undefined ? [] : [`nonce="${nonce}"`]),
    `tag="${tag}"`,
  ]
  return [`(${components.join(' ')})`, ...parameters].join(sample ? '; ' : ';')
}

const row = (id: string, title: string, reason: string, rest: Partial<GapRow> & Pick<GapRow, 'note'>): GapRow => ({
  id,
  title,
  outcome: 'invalid',
  reason,
  basis: [SAMPLE, 'tap-agent/agent_app.py', 'Authority and path, six parameters, at most eight minutes, one use'],
  url: 'https://example.com/cart',
  signed: good,
  params: paramsOf(),
  ...rest,
})

const spelled = paramsOf({ sample: true })

/** No vectors of this protocol are published that verify, so these are our own throughout. */
export const TAP_ROWS: readonly GapRow[] = [
  row('TV-01', 'the tag is neither of the two', 'unsigned', {
    outcome: 'unverified',
    note: 'There is no signature of this protocol, so nothing is decided about the agent.',
    params: paramsOf({ tag: 'agent-payment-auth' }),
  }),
  row('TV-02', 'more than eight minutes', 'bad-lifetime', {
    note: 'Nine minutes between created and expires.',
    params: paramsOf({ expires: CREATED + 540 }),
  }),
  row('TV-03', 'there is no nonce', 'missing-fields', {
    note: 'Nothing would tell a copy from the request.',
    params: paramsOf({ nonce: undefined }),
  }),
  row('TV-04', 'the path is not covered', 'target-not-covered', {
    note: 'It would fit every page of the shop.',
    signed: { [AUTHORITY]: 'example.com' },
    params: paramsOf({ components: [AUTHORITY] }),
  }),
  row('TV-05', 'another path was signed', 'bad-signature', {
    note: 'Made for the cart, sent to the checkout.',
    url: 'https://example.com/pay',
    expected: { ...good, [PATH]: '/pay' },
  }),
  row('TV-06', 'the spelling of the sample, signed in another one', 'bad-signature', {
    note: 'The spaces after semicolons and keyId are a part of what is signed: a verifier that serialises the parameters anew accepts it.',
    sent: spelled,
  }),
  row('TV-07', 'the signature has expired', 'expired', { note: 'Ten minutes later.', now: CREATED + 600 }),
  row('TV-08', 'the same request twice', 'replayed', {
    note: 'In the spelling of the sample, which is accepted the first time.',
    class: 'sequence',
    params: spelled,
    before: [
      {
        request: {
          method: 'GET',
          url: 'https://example.com/cart',
          headers: { 'Signature-Input': `sig1=${spelled}`, Signature: `sig1=:${signBase(good, spelled)}:` },
        },
        expected: { outcome: 'verified' },
      },
    ],
  }),
]
