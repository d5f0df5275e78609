-- `node` is the one that wrote a record last, and looks after it. Times are milliseconds since the epoch.
-- A record that was removed stays for a while without content, so that nobody who knew it before can bring it back.
CREATE TABLE publication (
  presentity text COLLATE "C" NOT NULL,
  event_package text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  tag text COLLATE "C" NOT NULL,
  replaces text COLLATE "C",
  node text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  record json,
  PRIMARY KEY (presentity, event_package, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE subscription (
  id text COLLATE "C" PRIMARY KEY,
  presentity text COLLATE "C" NOT NULL,
  event_package text COLLATE "C" NOT NULL,
  node text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  record json NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX subscription_presentity ON subscription (presentity, event_package);

CREATE TABLE binding (
  aor text COLLATE "C" NOT NULL,
  contact text COLLATE "C" NOT NULL,
  node text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  record json NOT NULL,
  PRIMARY KEY (aor, contact)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
