/** npm run build: compiles the sources into dist/, and lists there what they stand on. */
import { build } from './ready.mjs'
import { writeSbom } from './sbom.mjs'

build({ force: true })
writeSbom()
