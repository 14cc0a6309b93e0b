import { attacks } from './attack.js'

attacks('unsigned-body', () => {
  // Row 101.
})
