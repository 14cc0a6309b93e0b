/** A venue on this machine, for tests: `countersign/testing`. */
export type { Account, DoubleAccount, DoubleAccountOptions, Permission } from './accounts.js'
export type { Part, SocketAnswers, SocketFacts, TimeRule, VenueAnswers } from './answers.js'
export { type VenueDouble, venueDouble } from './double.js'
export type { DoubleListener, DoubleRequest, DoubleRoute } from './inside.js'
export type { VenueDoubleOptions } from './options.js'
export type { Facts, Refusal, Said } from './refusal.js'
