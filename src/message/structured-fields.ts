/**
 * Structured Field Values (RFC 9651, which replaces RFC 8941), as the wire has them: an Integer is not a Decimal, order
 * is kept, and duplicate keys stay visible so that a verifier can refuse what the RFC's "last one wins" would hide.
 */

export { parseDictionary, parseItem, parseList } from './sf-parse.js'
export {
  lastWins,
  serializeBare,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
  serializeMember,
  serializeParameters,
} from './sf-serialize.js'
export type { Bare, InnerList, Item, Member, Parameters, ParseOptions } from './sf-types.js'
