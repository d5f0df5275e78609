/** npm run licences: every package that Visage is made of with its licence; fails on one that is not on the list. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import satisfies from 'spdx-satisfies'
import { root } from './steps.mjs'

/** By their SPDX names; docs/supply-chain.md says what those that ask for something ask for. */
export const ALLOWED = [
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['MPL-2.0', 'LGPL-3.0-or-later', 'CC0-1.0', 'CC-BY-3.0'],
]

/**
 * The packages of a lock file, sorted by name; `licence` is undefined where neither it nor the package says one.
 * Those of other systems are not installed, and are there all the same.
 */
export function packagesIn(folder) {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
  return Object.entries(lock.packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, { version, license, dev = false }]) => ({
      name: path.replace(/^.*node_modules\//, ''),
      path,
      version,
      licence: license ?? installedLicence(join(folder, path)),
      dev,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Old packages name theirs in a list. */
function installedLicence(folder) {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  const { license, licenses = [] } = JSON.parse(readFileSync(file, 'utf8'))
  return license ?? (licenses.map(({ type }) => type).join(' OR ') || undefined)
}

export function isAllowed(licence) {
  try {
    return licence !== undefined && satisfies(licence, ALLOWED)
  } catch {
    // Not an expression of SPDX.
    return false
  }
}

function report() {
  const packages = packagesIn(root)
  for (const { name, version, licence = 'none', dev } of packages) {
    process.stdout.write(`${name} ${version}\t${licence}${dev ? '\t(to build and test)' : ''}\n`)
  }
  const refused = packages.filter(({ licence }) => !isAllowed(licence))
  for (const { name, licence = 'none' } of refused) {
    process.stderr.write(
      `${name}: the licence ${licence} is not on the list of scripts/licences.mjs\n`,
    )
  }
  process.exitCode = refused.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) report()
