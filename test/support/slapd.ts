/** Debian's slapd on a loopback port with its own folder, filled before it starts. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import { pathOf } from '../setup/debian-tools.mjs'
import { freePort } from './free-port.ts'

export const SLAPD = {
  base: 'dc=example,dc=com',
  bindDn: 'cn=admin,dc=example,dc=com',
  bindPassword: 'secret',
}

/** Only the administrator may read, and no search gives more than 100 entries without pages. */
function configurationIn(folder: string, tls: { certificate: string; key: string }): string {
  const schemas = ['core', 'cosine', 'inetorgperson']
  return `${schemas.map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
pidfile ${folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${tls.certificate}
TLSCertificateKeyFile ${tls.key}
database mdb
suffix "${SLAPD.base}"
rootdn "cn=root,${SLAPD.base}"
directory ${folder}/db
sizelimit size.soft=100 size.hard=100 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${SLAPD.bindDn}" read by * none
`
}

const HEAD = `dn: ${SLAPD.base}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ${SLAPD.bindDn}
objectClass: simpleSecurityObject
objectClass: organizationalRole
cn: admin
userPassword: ${SLAPD.bindPassword}

`

/** `ldif`: the people. Gives the URL; it ends with the test. */
export async function startSlapd(
  t: TestContext,
  { ldif, tls }: { ldif: string; tls: { certificate: string; key: string } },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'visage-slapd-'))
  mkdirSync(join(folder, 'db'))
  const configuration = join(folder, 'slapd.conf')
  writeFileSync(configuration, configurationIn(folder, tls))
  const added = spawnSync(pathOf('slapadd') ?? '', ['-q', '-f', configuration], {
    input: HEAD + ldif,
    encoding: 'utf8',
  })
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr}`)
  const port = await freePort()
  const url = `ldap://127.0.0.1:${port}`
  // With -d it stays in the foreground.
  const slapd = spawn(pathOf('slapd') ?? '', ['-d', '0', '-f', configuration, '-h', url], {
    stdio: 'ignore',
  })
  t.after(async () => {
    const ended = new Promise((resolve) => slapd.once('exit', resolve))
    if (slapd.exitCode === null && slapd.kill()) await ended
    rmSync(folder, { recursive: true })
  })
  while (!(await answers(port))) {
    if (slapd.exitCode !== null) throw new Error('slapd has ended')
    await wait(20)
  }
  return url
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}
