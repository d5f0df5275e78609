#!/usr/bin/env node
/** xcap-directory: lists the documents of an account on an XCAP server. */
import { Command } from 'commander'
import type { XcapDirectory } from '../client/xcap-directory.ts'
import { addClientOptions, clientSettings, type ClientFlags } from './client-options.ts'
import { runCommand } from './run-command.ts'

interface DirectoryFlags extends ClientFlags {
  readonly showXml?: boolean
}

const command = addClientOptions(new Command('xcap-directory'))
  .description('Lists the documents that you have on an XCAP server.')
  .option('-s, --show-xml', 'show the XML document too')
  .action(async (flags: DirectoryFlags) => {
    const { aor, username, password, xcapRoot, json } = await clientSettings(flags)
    const [{ createXcapClient }, { getXcapDirectory, pathInHome }] = await Promise.all([
      import('../client/xcap-client.ts'),
      import('../client/xcap-directory.ts'),
    ])
    const xcap = createXcapClient({ xcapRoot, credentials: { username, password } })
    if (!json) print(`Retrieving xcap-directory from ${xcap.root}/`)
    const directory = await getXcapDirectory(xcap, aor)
    if (json) print(JSON.stringify(directoryJson(directory, flags.showXml)))
    else printDirectory(directory, pathInHome, flags.showXml)
  })

function printDirectory(
  { folders, xml }: XcapDirectory,
  pathInHome: (entryUri: string) => string,
  showXml = false,
): void {
  for (const { auid, entries, errorCode } of folders) {
    print(`Folder '${auid}':`)
    for (const { uri, etag } of entries) print(`    ${pathInHome(uri)} etag: ${etag}`)
    if (errorCode !== undefined) print(`    error: ${errorCode}`)
  }
  if (showXml) print(`\nFull XML document:\n${xml}`)
}

function directoryJson({ folders, xml }: XcapDirectory, showXml = false) {
  const listed = folders.map(({ auid, entries, errorCode }) => ({ auid, entries, errorCode }))
  return { folders: listed, ...(showXml && { xml }) }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

await runCommand(command, process.argv)
