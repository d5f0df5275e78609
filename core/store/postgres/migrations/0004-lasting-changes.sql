-- Changes of documents and accounts stay in the log for longer than those of event state, with a horizon of their own:
-- what a node knows of event state it can read anew, but not which documents were changed or are gone.
ALTER TABLE change_log_horizon ADD COLUMN lasting boolean NOT NULL DEFAULT false;
INSERT INTO change_log_horizon (transaction, lasting) SELECT transaction, true FROM change_log_horizon;
CREATE INDEX change_log_lasting ON change_log (at) WHERE kind IN ('document', 'account');
