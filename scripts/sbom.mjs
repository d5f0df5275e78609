/** What a release is made of, as CycloneDX: every package that runs, with version, licence and checksum. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

const SBOM_FILE = 'dist/visage.cdx.json'

/** Made by npm itself from what is installed; needs no network. Its `--omit dev` leaves out what runs and also builds. */
export function sbom() {
  const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  })
  if (status !== 0) throw new Error(`npm sbom: ${stderr}`)
  const { metadata, components, dependencies, ...rest } = JSON.parse(stdout)
  const running = components.filter(({ properties = [] }) => !properties.some(isDevelopment))
  const kept = new Set([metadata, ...running].map((one) => (one.component ?? one)['bom-ref']))
  return {
    ...rest,
    // npm takes the folder's name.
    metadata: { ...metadata, component: { ...metadata.component, name: 'visage' } },
    components: running,
    dependencies: dependencies
      .filter(({ ref }) => kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => kept.has(on)) })),
  }
}

const isDevelopment = ({ name, value }) =>
  name === 'cdx:npm:package:development' && value === 'true'

export function writeSbom() {
  writeFileSync(join(root, SBOM_FILE), `${JSON.stringify(sbom(), null, 2)}\n`)
}
