/** Builds into client/dist what the package of client/ holds: modules with their declarations, and one file for a script tag. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, root } from './steps.mjs'

const dist = join(root, 'client/dist')

export function buildClientPackage() {
  rmSync(dist, { recursive: true, force: true })
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'client/tsconfig.build.json'])
  for (const name of readdirSync(dist, { recursive: true })) {
    if (name.endsWith('.d.ts')) nameModules(join(dist, name))
  }
  const config = ['--config', 'scripts/client-bundle.config.mjs']
  run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', ...config], { quiet: true })
}

/** TypeScript writes the endings of imports anew in modules, but not in declarations. */
function nameModules(declarations) {
  const text = readFileSync(declarations, 'utf8')
  writeFileSync(declarations, text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"))
}
