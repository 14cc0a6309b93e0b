import { mustBe } from '../../errors.js'

/** An unquoted identifier in lower case, short enough for a channel of the same name. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/

export const DEFAULT_SCHEMA = 'countersign'

/**
 * The SQLSTATE that `write_keys` raises when another write was first. No class of the SQL standard or of PostgreSQL starts with
 * `CS`.
 */
export const CONFLICT_STATE = 'CS409'

/** @throws {CountersignError} `CONFIG_INVALID` for what is no plain identifier: it becomes part of statements. */
export function assertSchema(schema: unknown): asserts schema is string {
  mustBe(
    typeof schema === 'string' && SCHEMA.test(schema) && !schema.startsWith('pg_'),
    'schema',
    '1 to 48 lower-case letters, digits and "_", no digit first, not "pg_…"',
    schema,
  )
}

/** The channel on which a store of this schema publishes what it wrote. */
export const channelOf = (schema: string): string => `${schema}_keys`

/** Version 1. Every table and function is named with its schema, so that no `search_path` can put another in its place. */
const first = (s: string): string => `
  CREATE TABLE ${s}.keys (
    id text COLLATE "C" PRIMARY KEY,
    rev bigint NOT NULL CHECK (rev > 0),
    environment text NOT NULL,
    owner text NOT NULL,
    status text NOT NULL,
    secret_hash text,
    change bigint NOT NULL UNIQUE,
    -- The text exactly as it was written; jsonb would refuse \\u0000 and reorder the rest.
    record text NOT NULL
  );
  CREATE INDEX keys_by_owner ON ${s}.keys (owner, id);
  CREATE INDEX keys_by_secret_hash ON ${s}.keys (secret_hash) WHERE secret_hash IS NOT NULL;

  -- fillfactor: a batch of usage updates its rows in place, without touching an index.
  CREATE TABLE ${s}.key_usage (
    id text COLLATE "C" PRIMARY KEY REFERENCES ${s}.keys,
    first_used_at_ms bigint,
    last_used_at_ms bigint,
    last_used_ip text,
    last_used_agent text,
    count bigint NOT NULL DEFAULT 0,
    failures bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 70);

  -- One row. A sequence gives numbers in the order of asking, not of committing, and a poll "behind 7" misses a 6 that
  -- commits later. The lock on this row is held from the giving of a number until its commit.
  CREATE TABLE ${s}.change_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch text NOT NULL,
    number bigint NOT NULL
  );
  INSERT INTO ${s}.change_counter (epoch, number) VALUES (left(replace(gen_random_uuid()::text, '-', ''), 22), 0);

  -- Writes all of [{id, rev, expectedRev, environment, owner, status, secretHash, record}] or raises ${CONFLICT_STATE}.
  CREATE FUNCTION ${s}.write_keys(changes jsonb, channel text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $body$
  DECLARE
    given bigint;
    one jsonb;
    held record;
  BEGIN
    UPDATE ${s}.change_counter SET number = number + jsonb_array_length(changes)
      RETURNING number - jsonb_array_length(changes) INTO STRICT given;
    FOR one IN SELECT e.value FROM jsonb_array_elements(changes) WITH ORDINALITY AS e (value, place) ORDER BY e.place LOOP
      given := given + 1;
      SELECT k.rev, k.status INTO held FROM ${s}.keys AS k WHERE k.id = one ->> 'id' FOR UPDATE;
      IF coalesce(held.rev, 0) <> (one ->> 'expectedRev')::bigint
        OR (held.status = 'revoked' AND one ->> 'status' <> 'revoked') THEN
        RAISE EXCEPTION USING ERRCODE = '${CONFLICT_STATE}', MESSAGE = 'countersign: the record was changed concurrently';
      END IF;
      INSERT INTO ${s}.keys AS k (id, rev, environment, owner, status, secret_hash, change, record)
        VALUES (one ->> 'id', (one ->> 'rev')::bigint, one ->> 'environment', one ->> 'owner', one ->> 'status',
          one ->> 'secretHash', given, one ->> 'record')
        ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, environment = excluded.environment, owner = excluded.owner,
          status = excluded.status, secret_hash = excluded.secret_hash, change = excluded.change, record = excluded.record;
      INSERT INTO ${s}.key_usage (id) VALUES (one ->> 'id') ON CONFLICT (id) DO NOTHING;
      -- Sent with the commit, or not at all.
      PERFORM pg_notify(channel, json_build_object('type', 'change', 'id', one ->> 'id', 'rev', (one ->> 'rev')::bigint,
        'status', one ->> 'status')::text);
    END LOOP;
  END
  $body$;

  -- Adds [{id, first, last, ip, agent, count, failures}], no id twice. Rows are locked in one order: two batches cannot deadlock.
  CREATE FUNCTION ${s}.add_usage(deltas jsonb) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $body$
  BEGIN
    PERFORM 1 FROM ${s}.key_usage AS u
      WHERE u.id IN (SELECT e.value ->> 'id' FROM jsonb_array_elements(deltas) AS e (value))
      ORDER BY u.id FOR UPDATE;
    -- least and greatest leave out what is null.
    UPDATE ${s}.key_usage AS u SET
        first_used_at_ms = least(u.first_used_at_ms, d.first),
        last_used_ip = CASE WHEN d.last >= coalesce(u.last_used_at_ms, 0) THEN d.ip ELSE u.last_used_ip END,
        last_used_agent = CASE WHEN d.last >= coalesce(u.last_used_at_ms, 0) THEN d.agent ELSE u.last_used_agent END,
        last_used_at_ms = greatest(u.last_used_at_ms, d.last),
        count = least(u.count + d.count, ${Number.MAX_SAFE_INTEGER}),
        failures = least(u.failures + d.failures, ${Number.MAX_SAFE_INTEGER})
      FROM jsonb_to_recordset(deltas)
        AS d (id text, first bigint, last bigint, ip text, agent text, count bigint, failures bigint)
      WHERE u.id = d.id;
  END
  $body$;
`

const VERSIONS: readonly ((schema: string) => string)[] = [first]

/**
 * The statements of `migrate()` of a {@link postgresKeyStore}, for people who run it by hand: one statement per version, in
 * their order. Each does nothing where its version is already there, and waits for another run at the same time.
 *
 * The role that runs them needs the right to create a schema, or one that exists and is theirs. The role of the service then
 * needs no more than `USAGE` on the schema, and `SELECT`, `INSERT` and `UPDATE` on its tables: nothing is ever deleted.
 *
 * @param schema as in the options of the store; default `countersign`
 * @throws {CountersignError} `CONFIG_INVALID` for a schema that is no plain identifier.
 * @example
 * ```ts
 * import { postgresMigrations } from 'countersign/keyring/postgres'
 *
 * console.log(postgresMigrations('acme_keys').join('\n'))
 * ```
 */
export function postgresMigrations(schema: string = DEFAULT_SCHEMA): readonly string[] {
  assertSchema(schema)
  // In quotes, because "user" is a word of SQL, too.
  const name = `"${schema}"`
  return VERSIONS.map(
    (version, i) => `DO $migrate$
BEGIN
  PERFORM pg_advisory_xact_lock(1668247155, hashtext('${schema}'));
  IF to_regnamespace('${name}') IS NULL THEN
    CREATE SCHEMA ${name};
  END IF;
  -- Not "IF NOT EXISTS", for which a role needs the right to create what is there.
  IF to_regclass('${name}.migrations') IS NULL THEN
    CREATE TABLE ${name}.migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
  END IF;
  IF EXISTS (SELECT FROM ${name}.migrations WHERE version = ${i + 1}) THEN
    RETURN;
  END IF;
${version(name)}
  INSERT INTO ${name}.migrations (version) VALUES (${i + 1});
END
$migrate$;
`,
  )
}
