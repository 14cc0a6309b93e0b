/** The window that the tables must remember, the same for every process. */
export interface ReplayWindow {
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly clockSkewMs: number
}

/** How the nonces are spread over tables by the minute (or longer) in which they were signed. */
export interface Buckets {
  readonly bucketMs: number
  /** Tables that are used in turn. */
  readonly count: number
}

const MINUTE = 60_000
/** The database's clock. */
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
const MOST = 64

/** Enough buckets for everything that is alive, one being filled ahead, and one in which clocks may disagree. */
export function bucketsFor({ maxAgeMs, maxFutureMs, clockSkewMs }: ReplayWindow): Buckets {
  const spanMs = maxAgeMs + maxFutureMs + 2 * clockSkewMs
  const bucketMs = MINUTE * Math.max(1, Math.ceil(spanMs / MINUTE / MOST))
  return { bucketMs, count: Math.ceil(spanMs / bucketMs) + 3 }
}

/**
 * One statement that makes the tables and the two functions, safe to run by several processes and repeatedly: processes that
 * start together wait for each other. Where the window is another one than before, everything is made anew, and what was signed
 * before that is refused as after a crash.
 *
 * The parent has no rows of its own. UNLOGGED: nothing is written ahead, and after a crash PostgreSQL empties all of them
 * at once, the mark in `_state` included (https://www.postgresql.org/docs/current/sql-createtable.html). A bucket is one
 * partition, emptied by TRUNCATE when its turn comes again: nothing is created or dropped while requests wait, and no lock
 * is taken on the parent.
 */
export function migration(table: string, window: ReplayWindow): string {
  const { bucketMs, count } = bucketsFor(window)
  const { maxAgeMs, maxFutureMs, clockSkewMs } = window
  const layout = layoutOf(window)
  return `DO $migration$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('${table}'));
  IF obj_description(to_regclass('${table}'), 'pg_class') IS NOT DISTINCT FROM '${layout}' THEN RETURN; END IF;
  DROP TABLE IF EXISTS ${table}, ${table}_state;
  CREATE TABLE ${table} (bucket smallint NOT NULL, fingerprint uuid NOT NULL, token uuid NOT NULL,
    PRIMARY KEY (bucket, fingerprint)) PARTITION BY LIST (bucket);
  FOR i IN 0..${count - 1} LOOP
    EXECUTE format('CREATE UNLOGGED TABLE ${table}_%s PARTITION OF ${table} FOR VALUES IN (%s) WITH (autovacuum_enabled = false)', i, i);
  END LOOP;
  CREATE UNLOGGED TABLE ${table}_state (bucket smallint PRIMARY KEY, value bigint NOT NULL);
  COMMENT ON TABLE ${table} IS '${layout}';

  -- Makes a bucket ready for its next turn. False while what it holds may still be replayed.
  CREATE OR REPLACE FUNCTION ${table}_turn(p_turn bigint, p_now bigint) RETURNS boolean LANGUAGE plpgsql AS $turn$
  DECLARE
    v_bucket smallint := (p_turn % ${count})::smallint;
    v_held bigint;
    -- A clock that is ahead, this process's or the database's, must not make anything be forgotten early.
    v_now bigint := least(p_now, ${NOW});
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('${table}'), v_bucket);
    SELECT value INTO v_held FROM ${table}_state WHERE bucket = v_bucket;
    IF v_held >= p_turn THEN RETURN v_held = p_turn; END IF;
    IF (v_held + 1) * ${bucketMs} + ${maxAgeMs + clockSkewMs} > v_now THEN RETURN false; END IF;
    -- The lock comes before the new turn is written: a claim that has inserted holds its own until it has looked at the turn.
    EXECUTE format('TRUNCATE ${table}_%s', v_bucket);
    INSERT INTO ${table}_state VALUES (v_bucket, p_turn) ON CONFLICT (bucket) DO UPDATE SET value = excluded.value;
    RETURN true;
  END $turn$;

  -- Since when these tables remember. Where the mark is gone, they have forgotten: it is made anew, by the database's clock.
  CREATE OR REPLACE FUNCTION ${table}_since() RETURNS bigint LANGUAGE plpgsql AS $since$
  DECLARE
    v_since bigint;
  BEGIN
    SELECT value INTO v_since FROM ${table}_state WHERE bucket = -1;
    IF v_since IS NULL THEN
      INSERT INTO ${table}_state VALUES (-1, ${NOW}) ON CONFLICT (bucket) DO NOTHING;
      SELECT value INTO v_since FROM ${table}_state WHERE bucket = -1;
    END IF;
    RETURN v_since;
  END $since$;
  PERFORM ${table}_since();

  CREATE OR REPLACE FUNCTION ${table}_claim(p_fingerprint uuid, p_token uuid, p_created bigint, p_now bigint, p_layout text)
  RETURNS text LANGUAGE plpgsql AS $claim$
  DECLARE
    v_turn bigint := p_created / ${bucketMs};
    v_bucket smallint := (v_turn % ${count})::smallint;
    v_held bigint;
    v_token uuid;
    v_since bigint;
  BEGIN
    -- Under another isolation the statements below would not see what others have committed meanwhile.
    IF current_setting('transaction_isolation') <> 'read committed' THEN RETURN 'isolation'; END IF;
    IF p_layout <> '${layout}' THEN RETURN 'layout'; END IF;
    IF p_created < p_now - ${maxAgeMs} THEN RETURN 'barrier'; END IF;
    IF p_created > p_now + ${maxFutureMs} THEN RETURN 'full'; END IF;
    -- Whatever the clock of the process shows: what lies so far ahead could be accepted again after a loss.
    IF p_created > ${NOW} + ${maxFutureMs + clockSkewMs} THEN RETURN 'clock'; END IF;
    SELECT value INTO v_held FROM ${table}_state WHERE bucket = v_bucket;
    IF v_held IS NULL OR v_held < v_turn THEN
      IF NOT ${table}_turn(v_turn, p_now) THEN RETURN 'full'; END IF;
    END IF;
    IF v_held > v_turn THEN RETURN 'barrier'; END IF;
    INSERT INTO ${table} VALUES (v_bucket, p_fingerprint, p_token) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      -- By the partition's name: a plan for the parent would lock all of them, and one may be waiting to be emptied.
      EXECUTE format('SELECT token FROM ${table}_%s WHERE fingerprint = $1', v_bucket) INTO v_token USING p_fingerprint;
      -- Our own, where the answer of an earlier attempt was lost.
      IF v_token IS DISTINCT FROM p_token THEN RETURN 'replay'; END IF;
    END IF;
    SELECT value INTO v_held FROM ${table}_state WHERE bucket = v_bucket;
    IF v_held IS DISTINCT FROM v_turn THEN RETURN 'barrier'; END IF;
    v_since := ${table}_since() + ${maxFutureMs + clockSkewMs};
    IF p_created <= v_since THEN RETURN 'barrier ' || v_since; END IF;
    RETURN 'claimed';
  END $claim$;
END $migration$`
}

/** Milliseconds until freshly signed requests get past the barrier, by the database's clock. */
export const barrierQuery = (table: string, { maxFutureMs, clockSkewMs }: ReplayWindow): string =>
  `SELECT (${table}_since() + ${maxFutureMs + clockSkewMs} - ${NOW})::float8 AS outcome`

/** The layout that a process expects, which a claim compares with the one that is there. */
export const layoutOf = (window: ReplayWindow): string => {
  const { bucketMs, count } = bucketsFor(window)
  return `countersign replay 2: ${window.maxAgeMs} ${window.maxFutureMs} ${window.clockSkewMs} ${bucketMs} ${count}`
}
