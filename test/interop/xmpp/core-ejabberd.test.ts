/** The core of the suite with ejabberd. */
import { testCore } from './core.ts'
import { createEjabberd } from './ejabberd.ts'
import { EJABBERD } from './programs.ts'

testCore('ejabberd', EJABBERD, createEjabberd)
