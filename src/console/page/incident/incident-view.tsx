import type { JSX } from 'preact'

export function IncidentView({ id }: { id: string }): JSX.Element {
  return <p>{id}</p>
}
