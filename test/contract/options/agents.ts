import { agentDirectory, createAgent, verifyAgents, webBotAuth, webBotAuthVerifier } from '../../../src/agents/index.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import type { OptionsRoom } from './row.js'

const key = ed25519PrivateKey({ keyId: 'agent', seed: new Uint8Array(32).fill(6) })

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/agents#webBotAuth',
      call: (extra) => webBotAuth({ key, agent: 'https://bot.example', ...extra }),
      misspelt: [
        ['lable', 'label'],
        ['directory', 'agent'],
        ['drafts', 'draft'],
        ['expiresIn', 'expiresInMs'],
        ['components', 'cover'],
      ],
    },
    {
      name: 'countersign/agents#webBotAuthVerifier',
      call: (extra) => webBotAuthVerifier(extra),
      misspelt: [['draft', 'drafts']],
    },
    {
      name: 'countersign/agents#createAgent',
      call: (extra) => createAgent({ name: 'Bot', key, directory: 'https://bot.example', ...extra }),
      misspelt: [
        ['agent', 'directory'],
        ['keys', 'published'],
        ['names', 'name'],
      ],
    },
    {
      name: 'countersign/agents#agentDirectory',
      call: (extra) => agentDirectory({ agent: 'https://bot.example', keys: [{ key }], ...extra }),
      misspelt: [
        ['origin', 'agent'],
        ['key', 'keys'],
        ['cards', 'card'],
      ],
    },
    {
      name: 'countersign/agents#verifyAgents',
      call: (extra) => verifyAgents({ allow: ['https://bot.example'], authorities: ['shop.example'], ...extra }),
      misspelt: [
        ['agents', 'allow'],
        ['allowed', 'allow'],
        ['hosts', 'authorities'],
        ['onInvalids', 'onInvalid'],
        ['trustProxy', 'trustedProxies'],
      ],
    },
    {
      name: 'countersign/agents#verifyAgents: newAgents',
      call: (extra) =>
        verifyAgents({ allow: ['https://bot.example'], authorities: ['shop.example'], newAgents: { ...extra } }),
      misspelt: [
        ['total', 'inAll'],
        ['perIp', 'perClient'],
        ['windowsMs', 'windowMs'],
      ],
    },
  ],
  without: {
    'countersign/agents#agentIdentifier': 'a URL',
    'countersign/agents#readAgentCard': 'a text and its URL',
    'countersign/agents#readAgentRegistry': 'a text',
    'countersign/agents/node#expressAgents': 'what verifyAgents() makes',
    'countersign/agents/node#fastifyAgents': 'what verifyAgents() makes',
    'countersign/agents/node#koaAgents': 'what verifyAgents() makes',
    'countersign/agents/node#nodeAgents': 'what verifyAgents() makes',
    'countersign/agents/node#publicFetch': 'allowLoopback, a symbol: every name is refused',
  },
}
