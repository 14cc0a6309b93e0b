import { attacks } from './attack.js'

attacks('clock-steps', () => {
  // Row 103.
})
