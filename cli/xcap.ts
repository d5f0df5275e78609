/** `visage xcap …`: any document, element or attribute on an XCAP server. RFC 4825 §7. */
import { Command } from 'commander'
import { addClientOptions, type ClientFlags } from './client-options.ts'
import type { GetFlags, PutFlags, XcapFlags } from './xcap-flags.ts'

const TARGET =
  'a URL, a path below the XCAP root, or a document of yours: resource-lists/index/~~/…'
const session = () => import('./xcap-session.ts')

export function xcapCommand(): Command {
  return new Command('xcap')
    .description('documents, elements and attributes on an XCAP server')
    .addCommand(getCommand())
    .addCommand(putCommand())
    .addCommand(deleteCommand())
    .addCommand(capsCommand())
}

function onTarget(command: Command): Command {
  command
    .argument('<target>', TARGET)
    .option('--xmlns <prefix=uri>', 'bind a prefix of the selector (repeatable)', collected)
  return addClientOptions(command)
}

function getCommand(): Command {
  return onTarget(new Command('get').description('print a document or a node of it'))
    .option('-o, --output <file>', 'write it into this file')
    .option('--if-none-match <tag>', 'only when it has another tag')
    .action(async (target: string, flags: GetFlags) => (await session()).getNode(target, flags))
}

function putCommand(): Command {
  return onTarget(new Command('put').description('store a document or a node of it'))
    .argument('[file]', 'what to store; - for standard input')
    .option('--text <xml>', 'what to store, in place of a file')
    .option('--type <media type>', 'of the content, when it cannot be guessed')
    .option('--if-match <tag>', 'only when the document still has this tag; * when there is one')
    .option('--if-none-match <tag>', '*: only when there is no such document')
    .action(async (target: string, file: string | undefined, flags: PutFlags) =>
      (await session()).putNode(target, file, flags),
    )
}

function deleteCommand(): Command {
  return onTarget(new Command('delete').description('delete a document or a node of it'))
    .option('--if-match <tag>', 'only when the document still has this tag')
    .action(async (target: string, flags: XcapFlags) => (await session()).deleteNode(target, flags))
}

function capsCommand(): Command {
  const command = new Command('caps').description('show what the XCAP server can do')
  return addClientOptions(command).action(async (flags: ClientFlags) =>
    (await session()).showCaps(flags),
  )
}

function collected(value: string, before: string[] = []): string[] {
  return [...before, value]
}
