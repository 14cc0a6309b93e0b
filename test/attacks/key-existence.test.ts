import { attacks } from './attack.js'

attacks('key-existence', () => {
  // Row 108.
})
