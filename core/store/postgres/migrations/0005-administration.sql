-- What operators have said that is neither an account nor a document: tokens, locks, bans.
CREATE TABLE administration (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value json NOT NULL,
  PRIMARY KEY (kind, key)
);
