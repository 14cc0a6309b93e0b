import { attacks } from './attack.js'

attacks('route-scopes', () => {
  // Row 102.
})
