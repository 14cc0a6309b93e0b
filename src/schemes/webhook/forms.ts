import type { PairsForm } from './places.js'
import type { SecretForm } from './secrets.js'

/*
 * Forms of senders that are read in two places: by the scheme of the catalogue, and by its one check in `direct.ts`.
 */

type Not = NonNullable<SecretForm['not']>

// https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github: formats of tokens.
export const NOT_GITHUB: Not = [/^(gh[opusr]|github_pat)_/, 'the secret of the webhook, got an access token']

/** Stands before the signature of GitHub in its field. */
export const GITHUB_PREFIX = 'sha256='

// https://docs.slack.dev/authentication/tokens: of bots, users, apps and for their change.
export const NOT_SLACK: Not = [
  /^(xox[a-z]|xapp)[-.]/,
  'the signing secret of the app, which is hexadecimal, got a token',
]

/** Stands before the signature of Slack in its field. */
export const SLACK_PREFIX = 'v0='

/** What Slack signs before the body. */
export const slackHead = (time: string): string => `v0:${time}:`

// https://docs.stripe.com/keys: secret, restricted and publishable keys.
export const NOT_STRIPE: Not = [
  /^[srp]k_(test|live)_/,
  'the secret of the webhook, which starts with whsec_, got an API key',
]

/** Besides v1 there may be v0, of test events, which protects nothing. */
export const STRIPE_PAIRS: PairsForm = { time: 't', signature: 'v1', separator: ',', others: true }
