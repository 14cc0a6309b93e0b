import type { JSX } from 'preact'
import type { AdminTab } from '../route.js'

export function AdminView({ tab }: { tab: AdminTab }): JSX.Element {
  return <p>{tab}</p>
}
