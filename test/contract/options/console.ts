import { mountKeys } from '../../../src/console/keys-page.js'
import { portalListener } from '../../../src/console/portal/node.js'
import { createKeyringPortal } from '../../../src/console/portal/portal.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import type { OptionsRoom } from './row.js'

const sealing = createSealing({ primary: { id: 'kek-1', key: new Uint8Array(32).map((_, i) => i) } })
const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', sealing, cache: { pollMs: 0 } })
const portal = { keyring, session: () => undefined, scopes: [], publicOrigin: 'https://www.example.com' }

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/console/portal#createKeyringPortal',
      call: (extra) => createKeyringPortal({ ...portal, ...extra }),
      misspelt: [
        ['base', 'basePath'],
        ['keyrings', 'keyring'],
        ['maxLife', 'maxLifeMs'],
      ],
    },
    {
      name: 'countersign/console#mountKeys',
      // Options are looked at before the element, and here is no page to mount one in.
      call: (extra) =>
        mountKeys({} as Element, extra).catch((error: Error) => {
          if (!error.message.startsWith('"element"')) throw error
        }),
      misspelt: [
        ['lang', 'language'],
        ['portalUrl', 'portal'],
        ['fragment', 'useFragment'],
      ],
    },
    {
      name: 'countersign/console/node#portalListener',
      call: (extra) => portalListener(createKeyringPortal(portal), { ...extra }),
      misspelt: [
        ['clientIP', 'clientIp'],
        ['onerror', 'onError'],
      ],
    },
  ],
  without: {
    'countersign/console/node#pageFiles': 'takes nothing',
    'countersign/console#defineKeysElement': 'a name',
    'countersign/console/react#keysComponent': 'React; its properties are the options of mountKeys',
  },
}
