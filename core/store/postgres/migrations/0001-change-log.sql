-- What changed, for the other nodes to read: each knows by transaction what it has seen already.
CREATE TABLE change_log (
  id bigint GENERATED ALWAYS AS IDENTITY,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  operation uuid NOT NULL,
  position integer NOT NULL,
  node text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  subject json,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT change_log_operation PRIMARY KEY (operation, position)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.2);
CREATE INDEX change_log_transaction ON change_log (transaction);

-- Everything of transactions before this one was removed from the log: who has not seen it has missed something.
CREATE TABLE change_log_horizon (transaction xid8 NOT NULL);
INSERT INTO change_log_horizon VALUES ('0');

-- Running: this node's last process did not close the store.
CREATE TABLE node (
  name text COLLATE "C" PRIMARY KEY,
  running boolean NOT NULL
);
