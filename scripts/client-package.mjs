/** Builds into client/dist what the package of client/ holds: modules with their declarations, one file for a script tag, and the guide. */
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tidyDeclarations } from './client-declarations.mjs'
import { run, root } from './steps.mjs'

rmSync(join(root, 'client/dist'), { recursive: true, force: true })
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'client/tsconfig.build.json'])
tidyDeclarations()
const config = ['--config', 'scripts/client-bundle.config.mjs']
run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', ...config], { quiet: true })
copyFileSync(join(root, 'docs/client.md'), join(root, 'client/dist/client.md'))
