// Made from clients/clients.json by tools/clients-table.mjs: npm run docs:clients
import type { ClientTemplate } from './template.js'
import { bash } from './templates/bash.js'
import { bruno } from './templates/bruno.js'
import { c } from './templates/c.js'
import { csharp } from './templates/csharp.js'
import { go } from './templates/go.js'
import { httpie } from './templates/httpie.js'
import { insomnia } from './templates/insomnia.js'
import { java } from './templates/java.js'
import { javascript } from './templates/javascript.js'
import { kotlin } from './templates/kotlin.js'
import { php } from './templates/php.js'
import { postman } from './templates/postman.js'
import { powershell } from './templates/powershell.js'
import { python } from './templates/python.js'
import { requests } from './templates/requests.js'
import { ruby } from './templates/ruby.js'
import { rust } from './templates/rust.js'
import { swift } from './templates/swift.js'

/** Every client, in the order of the table in docs/clients.md. */
export const CLIENTS: readonly ClientTemplate[] = [
  bash,
  python,
  go,
  rust,
  java,
  php,
  ruby,
  kotlin,
  csharp,
  c,
  requests,
  javascript,
  httpie,
  postman,
  bruno,
  insomnia,
  swift,
  powershell,
]
