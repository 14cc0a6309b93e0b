/** A MariaDB on a socket, started for one test or measurement. */
export interface MariadbServer {
  /** For `mysql.createPool(address)` of mysql2. */
  readonly address: { readonly socketPath: string; readonly user: string; readonly database: string }
  /** Ends it and removes what it wrote; safe to call twice and after `kill` or `pause`. */
  stop(): Promise<void>
  /** SIGKILL: connections break without a message. */
  kill(): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Kills it if it still runs and starts it again with what it had written. */
  restart(): Promise<void>
}

/** Whether this machine has MariaDB's server programs. */
export const hasMariadb: boolean

export function startMariadb(): Promise<MariadbServer>
