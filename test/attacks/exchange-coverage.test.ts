import { attacks } from './attack.js'

attacks('exchange-coverage', () => {
  // Row 107.
})
