/** `visage audit`: which changes were asked for, by whom, and what became of them. */
import { Command } from 'commander'
import type { AuditFlags } from './audit-session.ts'

export function auditCommand(): Command {
  return new Command('audit')
    .description('show the audit log of this node')
    .option('--address <address>', 'only what concerns this person')
    .option('--since <time>', 'as 2026-01-31T12:00Z, or 2d for the last two days')
    .option('--json', 'one JSON object a line')
    .option('--data <folder>', 'folder of the store (./data)')
    .option('--config <file>', 'configuration of the service, for its domains and store')
    .action(async (flags: AuditFlags) => {
      const { showAudit } = await import('./audit-session.ts')
      await showAudit(flags)
    })
}
