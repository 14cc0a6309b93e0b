import { type ExchangeSocketOptions, openExchangeSocket } from '../../../src/client/socket/websocket.js'
import type { OptionsRoom } from './row.js'

/** A class whose connections never come to anything. */
class Silent {
  binaryType = ''
  onopen = null
  onmessage = null
  onclose = null
  onerror = null
  send(): void {}
  close(): void {}
}

const socketOptions: ExchangeSocketOptions = {
  url: 'wss://socket.example',
  login: () => ({ messages: [] }),
  onMessage: () => {},
  WebSocket: Silent,
}
const openSocket = (options: object): void => openExchangeSocket({ ...socketOptions, ...options }).close()

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/client/websocket#openExchangeSocket',
      call: openSocket,
      misspelt: [
        ['loggedin', 'loggedIn'],
        ['onmessage', 'onMessage'],
        ['headers', 'login'],
        ['websocket', 'WebSocket'],
        ['renew', 'renewMs'],
      ],
    },
    {
      name: 'countersign/client/websocket#openExchangeSocket.reconnect',
      call: (extra) => openSocket({ reconnect: { attempts: 1, ...extra } }),
      misspelt: [
        ['attempt', 'attempts'],
        ['maxms', 'maxMs'],
      ],
    },
  ],
  without: {},
}
