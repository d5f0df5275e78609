/** npm run build: compiles the sources into dist/. */
import { build } from './ready.mjs'

build({ force: true })
