/** `visage config check`: says whether a configuration is right, without starting anything. */
import { Command } from 'commander'

export function configCommand(): Command {
  const check = new Command('check')
    .description('check a configuration file; with no file, what the environment says')
    .argument('[file]', 'the configuration file')
    .option('--config <file>', 'the same')
    .action(async (argument: string | undefined, flags: { config?: string }) => {
      const [{ readConfiguration }, { checkTlsFiles }, { configurationSources }] =
        await Promise.all([
          import('../../service/config.ts'),
          import('../../service/tls-files.ts'),
          import('./configuration-flags.ts'),
        ])
      const file = argument ?? flags.config
      const configuration = readConfiguration(
        configurationSources(file === undefined ? {} : { config: file }),
      )
      checkTlsFiles(configuration)
      process.stdout.write(`${file ?? 'the environment'}: the configuration is right\n`)
    })
  return new Command('config').description('the configuration').addCommand(check)
}
