#!/usr/bin/env node
/** xcap-icon: puts, gets, deletes and lists the status icons of an account. */
import { Command } from 'commander'
import { addClientOptions, clientSettings, type ClientFlags } from './client-options.ts'
import { runCommand } from './run-command.ts'
import { UsageError } from './usage-error.ts'

interface IconFlags extends ClientFlags {
  readonly file?: string
  readonly original?: boolean
}

const command = addClientOptions(new Command('xcap-icon'))
  .description('Stores your icon on an XCAP server, where everybody who watches you sees it.')
  .argument('[operation]', 'PUT, GET, DELETE or LIST')
  .option('-f, --file <file>', 'the picture to PUT, or the name of the icon to GET or DELETE')
  .option('--original', 'PUT the picture as it is: not made smaller, metadata kept')
  .action(async (verb: string | undefined, flags: IconFlags) => {
    if (verb === undefined) {
      throw new UsageError('You need to specify the operation: GET, PUT or DELETE')
    }
    const { ICON_OPERATIONS } = await import('./icon-operations.ts')
    const operation = ICON_OPERATIONS[verb.toUpperCase()]
    if (!operation) throw new UsageError(`there is no operation ${verb}: GET, PUT, DELETE or LIST`)
    const { aor, username, password, xcapRoot, json } = await clientSettings(flags)
    const [{ createXcapClient }, { createIconClient }, { prepareImage }, { createProgress }] =
      await Promise.all([
        import('../client/xcap-client.ts'),
        import('../client/icon-client.ts'),
        import('../client/node/image-resizing.ts'),
        import('./progress.ts'),
      ])
    const xcap = createXcapClient({ xcapRoot, credentials: { username, password } })
    const progress = await createProgress(2)
    try {
      await operation({
        icons: createIconClient({ xcap, xui: aor, prepare: prepareImage }),
        file: flags.file,
        original: flags.original ?? false,
        json,
        progress,
        print: (line) => process.stdout.write(`${line}\n`),
      })
    } finally {
      progress.end()
    }
  })

await runCommand(command, process.argv)
