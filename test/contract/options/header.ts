import { defineHeaderScheme, type HeaderSchemeOptions } from '../../../src/schemes/header/define-header-scheme.js'
import type { OptionsRoom } from './row.js'

const OPTIONS: HeaderSchemeOptions = {
  id: 'acme',
  headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
}

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/header-scheme#defineHeaderScheme',
      call: (extra) => defineHeaderScheme({ ...OPTIONS, ...extra }),
      misspelt: [
        ['seperator', 'separator'],
        ['parts', 'base'],
        ['algorithm', 'algorithms'],
      ],
    },
  ],
  without: {},
}
