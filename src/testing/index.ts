/** An exchange on this machine, for tests: `countersign/testing`. */
export type { Account, MockAccount, MockAccountOptions, Permission } from './accounts.js'
export type { EndRule, ExchangeAnswers, NonceTimeRule, Part, SocketAnswers, SocketFacts, TimeRule } from './answers.js'
export type { MockListener, MockRequest, MockRoute } from './inside.js'
export { type MockExchange, mockExchange } from './mock-exchange.js'
export type { MockExchangeOptions } from './options.js'
export type { Facts, Refusal, Said } from './refusal.js'
