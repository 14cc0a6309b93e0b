// Made from clients/clients.json by tools/clients-table.mjs: npm run docs:clients
import type { ClientTemplate } from './template.js'
import { bash } from './templates/bash.js'
import { go } from './templates/go.js'
import { python } from './templates/python.js'

/** Every client, in the order of the table in docs/clients.md. */
export const CLIENTS: readonly ClientTemplate[] = [bash, python, go]
