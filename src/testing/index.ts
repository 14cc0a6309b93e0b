/** A venue on this machine, for tests: `countersign/testing`. */
export type { Account, DoubleAccount, DoubleAccountOptions, Permission } from './accounts.js'
export type { Facts, Part, Refusal, Said, SocketAnswers, SocketFacts, TimeRule, VenueAnswers } from './answers.js'
export { type VenueDouble, type VenueDoubleOptions, venueDouble } from './double.js'
export type { DoubleListener, DoubleRequest, DoubleRoute } from './inside.js'
