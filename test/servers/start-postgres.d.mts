/** A PostgreSQL on the loopback, started for one test or measurement. */
export interface PostgresServer {
  readonly port: number
  /** For `new pg.Pool({ connectionString })`, without a password. */
  readonly connectionString: string
  /** Ends it and removes what it wrote; safe to call twice and after `kill` or `pause`. */
  stop(): Promise<void>
  /** SIGKILL to the server and all its processes: connections break without a message. */
  kill(): Promise<void>
  /** SIGSTOP to all of them: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Kills it if it still runs and starts it again with what it had written. */
  restart(): Promise<void>
}

/** Whether this machine has PostgreSQL's server programs. */
export const hasPostgres: boolean

/** @param settings more of them: `['max_connections=300']` */
export function startPostgres(settings?: readonly string[]): Promise<PostgresServer>

/** A standby of a server that runs, which follows it until `SELECT pg_promote()`. */
export function startStandby(primary: PostgresServer): Promise<PostgresServer>
