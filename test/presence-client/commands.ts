/** `visage publish`, `watch` and `watchers` alone, as a program for the tests of this folder. */
import { Command } from 'commander'
import { publishCommand } from '../../cli/publish.ts'
import { runCommand } from '../../cli/run-command.ts'
import { watchCommand } from '../../cli/watch.ts'
import { watchersCommand } from '../../cli/watchers.ts'

const visage = new Command('visage')
  .addCommand(publishCommand())
  .addCommand(watchCommand())
  .addCommand(watchersCommand())
await runCommand(visage, process.argv)
