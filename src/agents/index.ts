/** Crawlers and AI agents that prove who they are, and sites that check it (Web Bot Auth): `countersign/agents`. */
export { type AgentFault, agentIdentifier, type WebBotAuthDraft } from '../schemes/rfc9421/profiles/signature-agent.js'
export { type ThumbprintKey, type WebBotAuthOptions, webBotAuth } from '../schemes/rfc9421/profiles/web-bot-auth.js'
export {
  type AgentAlgorithm,
  allowTestKeys,
  type WebBotAuthVerifierOptions,
  webBotAuthVerifier,
} from '../schemes/rfc9421/profiles/web-bot-auth-verifier.js'
export { type AgentCard, type ReadCard, readAgentCard, readAgentRegistry } from './card.js'
export { type Agent, type CreateAgentOptions, createAgent } from './create-agent.js'
export {
  type AgentDirectory,
  type AgentDirectoryOptions,
  type AgentKey,
  agentDirectory,
  type NodeAnswer,
} from './directory.js'
export type { NewAgentsRule } from './new-agents.js'
export { anyAgent, type VerifyAgentsOptions } from './options.js'
export type { AgentOutcome, AgentReason, UnverifiedAgent, VerifiedAgent } from './outcome.js'
export { type AgentVerifier, type HonoContext, verifyAgents } from './verify-agents.js'
