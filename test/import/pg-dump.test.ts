/** What pg_dump itself writes of Kamailio's tables, taken into a store on PostgreSQL. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand } from '../cli/command.ts'
import { clusterOf } from '../store/postgres/cluster.ts'
import { runTool } from '../store/postgres/server-programs.ts'

const LISTS =
  '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a\\b\tZoë"/></resource-lists>'
const BLOB = Buffer.from(LISTS).toString('hex')

/** The columns of Kamailio's modules auth_db and presence. */
const TABLES = `CREATE TABLE subscriber (id serial PRIMARY KEY, username varchar(64), domain varchar(64),
  password varchar(64), ha1 varchar(128), ha1b varchar(128));
CREATE TABLE xcap (id serial PRIMARY KEY, username varchar(64), domain varchar(64), doc bytea,
  doc_type integer, etag varchar(128), source integer, doc_uri varchar(255), port integer);
INSERT INTO subscriber (username, domain, password) VALUES (E'zo\\u00eb\\\\', 'example.com', 'x');
INSERT INTO xcap (username, domain, doc, doc_type, etag, source, doc_uri, port) VALUES
  (E'zo\\u00eb\\\\', 'example.com', '\\x${BLOB}', 4, 'sr-1', 0, E'/xcap-root/resource-lists/users/sip:zo\\u00eb\\\\@example.com/index', 0)`

test('rows by COPY and by INSERT are the same people and documents', async (t) => {
  const cluster = await clusterOf(t)
  if (!cluster) return
  const home = mkdtempSync(join(tmpdir(), 'visage-import-'))
  t.after(async () => {
    await cluster.stop()
    rmSync(home, { recursive: true })
  })
  const [kamailio, visage] = [await cluster.createDatabase(), await cluster.createDatabase()]
  await cluster.primary.query(TABLES, kamailio)
  const dump = (...flags: string[]) => runTool('pg_dump', [...flags, cluster.primary.url(kamailio)])
  const env = {
    VISAGE_DOMAINS: 'example.com',
    VISAGE_STORE_TYPE: 'postgres',
    VISAGE_STORE_URL: cluster.url(visage),
  }
  const run = async (what: string, input: string) => {
    const { stdout, stderr } = await runCommand('visage', ['import', what, '-'], {
      home,
      env,
      input,
    })
    return stderr + stdout
  }
  assert.match(await run('accounts', await dump('--data-only')), /^1 created, .* 0 refused/)
  assert.match(await run('documents', await dump()), /^1 created, .* 0 refused/)
  assert.match(
    await run('documents', await dump('--inserts')),
    /^0 created, 0 changed, 1 unchanged/,
  )
})
