/** What the comparison needs that is not installed here: it is named, never installed. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

interface Need {
  /** Debian's. */
  readonly packages: string
  readonly programs: readonly string[]
  /** Modules of Kamailio. */
  readonly modules?: readonly string[]
}

const KAMAILIO: Need = {
  packages:
    'kamailio kamailio-presence-modules kamailio-sqlite-modules kamailio-xml-modules sqlite3',
  programs: ['kamailio', 'sqlite3'],
  modules: ['presence', 'presence_xml', 'db_sqlite'],
}
const NGINX: Need = { packages: 'nginx', programs: ['nginx'] }

export const kamailioMissing = () => missing(KAMAILIO)
export const nginxMissing = () => missing(NGINX)

const MODULE_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu/kamailio/modules',
  '/usr/lib/aarch64-linux-gnu/kamailio/modules',
]

/** Undefined: everything is there. */
function missing({ packages, programs, modules = [] }: Need): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  const absent = [
    ...programs.filter((name) => !isIn(folders, name)),
    ...modules.map((name) => `${name}.so`).filter((name) => !isIn(MODULE_FOLDERS, name)),
  ]
  return absent.length > 0
    ? `${absent.join(', ')} not found (Debian: apt install ${packages})`
    : undefined
}

const isIn = (folders: readonly string[], name: string) =>
  folders.some((folder) => existsSync(join(folder, name)))
