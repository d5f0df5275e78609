/** `visage publish` and `visage watch` alone, as a program for the tests of this folder. */
import { Command } from 'commander'
import { publishCommand } from '../../cli/publish.ts'
import { runCommand } from '../../cli/run-command.ts'
import { watchCommand } from '../../cli/watch.ts'

const visage = new Command('visage').addCommand(publishCommand()).addCommand(watchCommand())
await runCommand(visage, process.argv)
