/** The real programs that tests talk to, and how Debian's packages bring them. */
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'

/** Program, or module of another → the package that holds it. */
export const packageOf = {
  baresip: 'baresip-core',
  chromium: 'chromium',
  curl: 'curl',
  ejabberdctl: 'ejabberd',
  finch: 'finch',
  kamailio: 'kamailio',
  linphonec: 'linphone-cli',
  'mod_privilege.lua': 'prosody-modules',
  nginx: 'nginx-light',
  postgres: 'postgresql',
  promtool: 'prometheus',
  prosody: 'prosody',
  'pua_usrloc.so': 'kamailio-presence-modules',
  sipp: 'sip-tester',
  slapd: 'slapd',
  'slixmpp.py': 'python3-slixmpp',
  sqlite3: 'sqlite3',
  'systemd-analyze': 'systemd',
  tcpdump: 'tcpdump',
  tmux: 'tmux',
  'twinkle-console': 'twinkle-console',
}

/** What is no program is known by a file: prosody must not be run to ask for its version, since that starts it. */
const moduleFiles = {
  'mod_privilege.lua': () => ['/usr/lib/prosody/modules/mod_privilege/mod_privilege.lua'],
  // Debian keeps the versions apart, outside of PATH.
  postgres: () => versionsIn('/usr/lib/postgresql').map((folder) => join(folder, 'bin/postgres')),
  // Kamailio's lie in the machine's own library folder.
  'pua_usrloc.so': () =>
    readdirSync('/usr/lib').map((machine) => `/usr/lib/${machine}/kamailio/modules/pua_usrloc.so`),
  'slixmpp.py': () => ['/usr/lib/python3/dist-packages/slixmpp/__init__.py'],
}

/** The highest version first. */
function versionsIn(folder) {
  if (!existsSync(folder)) return []
  const versions = readdirSync(folder).sort((one, other) => Number(other) - Number(one))
  return versions.map((version) => join(folder, version))
}

/** Whether a program stands in one of the folders of PATH, or a module where its program looks for it. */
export function isInstalled(program) {
  return pathOf(program) !== undefined
}

/** Where it stands; undefined: nowhere. */
export function pathOf(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  const isModule = Object.hasOwn(moduleFiles, program)
  const places = isModule ? moduleFiles[program]() : folders.map((folder) => join(folder, program))
  return places.find((place) => {
    try {
      accessSync(place, isModule ? constants.R_OK : constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

export function missingPrograms() {
  return Object.keys(packageOf).filter((program) => !isInstalled(program))
}

/**
 * Installs packages without starting the services in them. Throws with apt's own words when it cannot.
 * `run(command, args)` gives { status, output }.
 */
export function installPackages(
  packages,
  { run = runQuietly, policyFile = '/usr/sbin/policy-rc.d' } = {},
) {
  withoutServices(policyFile, () => {
    const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', ...packages])
    const known = run('apt-cache', ['show', ...packages]).status === 0
    if (known && install().status === 0) return
    // Lists that are absent or older than the archive: fetched only now, since that takes longest.
    const updated = run('apt-get', ['update'])
    const result = install()
    if (result.status === 0) return
    throw new Error(
      `apt-get could not install ${packages.join(', ')}:\n${updated.status === 0 ? '' : updated.output}${result.output}`,
    )
  })
}

/** While `action` runs, invoke-rc.d may start nothing; afterwards the policy is as it was. */
function withoutServices(policyFile, action) {
  const before = existsSync(policyFile)
    ? { content: readFileSync(policyFile), mode: statSync(policyFile).mode & 0o7777 }
    : undefined
  // Ctrl-C reaches apt-get; this process lives on to put the policy back.
  const ignore = () => {}
  process.on('SIGINT', ignore)
  try {
    put(policyFile, { content: '#!/bin/sh\nexit 101\n', mode: 0o755 })
    action()
  } finally {
    if (before) put(policyFile, before)
    else rmSync(policyFile, { force: true })
    process.off('SIGINT', ignore)
  }
}

/** A new file each time, so that its mode is the one that is asked for. */
function put(file, { content, mode }) {
  rmSync(file, { force: true })
  writeFileSync(file, content, { mode })
}

function runQuietly(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  })
  return { status, output: error ? `${command}: ${error.message}\n` : `${stdout}${stderr}` }
}
