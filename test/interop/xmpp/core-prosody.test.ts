/** The core of the suite with Prosody. */
import { testCore } from './core.ts'
import { PROSODY } from './programs.ts'
import { createProsody } from './prosody.ts'

testCore('Prosody', PROSODY, createProsody)
