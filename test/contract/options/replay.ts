import type { OptionsRoom } from './row.js'

export const room: OptionsRoom = { rows: [], without: {} }
