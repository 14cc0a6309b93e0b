import { attacks } from './attack.js'

attacks('folded-lines', () => {
  // Row 106.
})
