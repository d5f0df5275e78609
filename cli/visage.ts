#!/usr/bin/env node
/** visage: the service and everything around it; each command is loaded only when it runs. */
import { Command } from 'commander'
import { contactsCommand } from './contacts.ts'
import { publishCommand } from './publish.ts'
import { runCommand } from './run-command.ts'
import { auditCommand } from './visage/audit.ts'
import { backupCommand, restoreCommand } from './visage/backup.ts'
import { checkCommand } from './visage/check.ts'
import { configCommand } from './visage/config.ts'
import { directoryCommand } from './visage/directory.ts'
import { domainCommand } from './visage/domain.ts'
import { explainCommand } from './visage/explain.ts'
import { iconCommand } from './visage/icon.ts'
import { imageCommand } from './visage/image.ts'
import { importCommand } from './visage/import.ts'
import { migrateCommand } from './visage/migrate.ts'
import { dnsCommand } from './visage/dns.ts'
import { reloadCommand } from './visage/reload.ts'
import { traceCommand } from './visage/trace.ts'
import { serveCommand } from './visage/serve.ts'
import { tokenCommand } from './visage/token.ts'
import { userCommand } from './visage/user.ts'
import { topCommand } from './visage/top.ts'
import { xmppCommand } from './visage/xmpp.ts'
import { watchCommand } from './watch.ts'
import { watchersCommand } from './watchers.ts'
import { xcapCommand } from './xcap.ts'

const command = new Command('visage')
  .description('Faces for SIP buddy lists: an XCAP server and a presence agent.')
  .addCommand(serveCommand())
  .addCommand(reloadCommand())
  .addCommand(dnsCommand())
  .addCommand(traceCommand())
  .addCommand(userCommand())
  .addCommand(domainCommand())
  .addCommand(directoryCommand())
  .addCommand(publishCommand())
  .addCommand(watchCommand())
  .addCommand(watchersCommand())
  .addCommand(contactsCommand())
  .addCommand(xcapCommand())
  .addCommand(explainCommand())
  .addCommand(xmppCommand())
  .addCommand(topCommand())
  .addCommand(iconCommand())
  .addCommand(imageCommand())
  .addCommand(tokenCommand())
  .addCommand(auditCommand())
  .addCommand(configCommand())
  .addCommand(importCommand())
  .addCommand(migrateCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(checkCommand())
  .action(() => {
    command.help({ error: true })
  })

await runCommand(command, process.argv)
