import { room as agents } from './agents.js'
import { room as aws } from './aws.js'
import { room as azure } from './azure.js'
import { room as client } from './client.js'
import { room as console } from './console.js'
import { room as doctor } from './doctor.js'
import { room as exchange } from './exchange.js'
import { room as guide } from './guide.js'
import { room as header } from './header.js'
import { room as keyring } from './keyring.js'
import { room as keys } from './keys.js'
import { room as legacy } from './legacy.js'
import { room as message } from './message.js'
import { room as middleware } from './middleware.js'
import { room as proxy } from './proxy.js'
import { room as replay } from './replay.js'
import { room as rfc9421 } from './rfc9421.js'
import type { OptionsRoom } from './row.js'
import { room as sigv4 } from './sigv4.js'
import { room as sockets } from './sockets.js'
import { room as testing } from './testing.js'
import { room as verifier } from './verifier.js'
import { room as wallet } from './wallet.js'
import { room as webhook } from './webhook.js'

/** The table of every room, by the name of its file. */
export const ROOMS: Readonly<Record<string, OptionsRoom>> = {
  agents,
  aws,
  azure,
  client,
  console,
  doctor,
  exchange,
  guide,
  header,
  keyring,
  keys,
  legacy,
  message,
  middleware,
  proxy,
  replay,
  rfc9421,
  sigv4,
  sockets,
  testing,
  verifier,
  wallet,
  webhook,
}
