import { attacks } from './attack.js'

attacks('shared-windows', () => {
  // Row 104.
})
