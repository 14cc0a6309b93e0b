import { attacks } from './attack.js'

attacks('scheme-policies', () => {
  // Row 105.
})
