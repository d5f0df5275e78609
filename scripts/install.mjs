/** Installs the dependencies when they are missing or older than the lock file. */
import { install } from './ready.mjs'

install()
