/** From the flags to a running service, and from Ctrl-C to its end. */
import { createLiveRestoration } from '../../service/backup/live-restoration.ts'
import { readConfiguration } from '../../service/config.ts'
import type { Configuration } from '../../service/configuration.ts'
import { keepMemorySmall } from '../../service/life/memory-return.ts'
import { logWriter } from '../../service/log-format.ts'
import { createLog, type ServiceLog } from '../../service/log.ts'
import { startVisage, type Visage } from '../../service/main.ts'
import { surviveFaults } from '../../service/survive-faults.ts'
import { systemClock } from '../../service/system-clock.ts'
import { configurationSources, type ServeFlags } from './configuration-flags.ts'
import { showDemo } from './demo.ts'
import { stopSignal } from './serve-signals.ts'

/** Where the demonstration lives, unless the operator says otherwise. */
const DEMO_DOMAIN = { domains: [{ name: 'localhost', aliases: ['127.0.0.1', '[::1]'] }] }

/** Resolves when the service has stopped; rejects when it cannot start. */
export async function serve(flags: ServeFlags): Promise<void> {
  const sources = configurationSources(flags, flags.demo ? DEMO_DOMAIN : {})
  const readAgain = () => readConfiguration(sources)
  const configuration = readAgain()
  const { level, format } = configuration.log
  const log = createLog(level, logWriter(format))
  const told = stopSignal()
  surviveFaults(log)
  void keepMemorySmall({ clock: systemClock, log })
  const restoration = createLiveRestoration({ log, clock: systemClock })
  const start = (configuration: Configuration) =>
    startVisage(configuration, { log, clock: systemClock, readAgain, restoration })
  let visage = await start(configuration)
  // A terminal that is closed ends what runs in it; to anything else SIGHUP says that files have changed.
  if (!process.stdin.isTTY)
    process.on('SIGHUP', () => {
      reload(visage, log)
    })
  if (flags.demo) await showDemo(visage, configuration)
  for (;;) {
    const next = await Promise.race([told, restoration.whenReady()])
    if (typeof next === 'string') return stop(visage, next, log)
    await visage.drain({ atOnce: true })
    await visage.stop()
    await next()
    visage = await start(visage.configuration)
  }
}

async function stop(visage: Visage, signal: NodeJS.Signals, log: ServiceLog): Promise<void> {
  log.info({ signal }, 'stopping')
  // Whoever sits at the terminal does not wait for a load balancer.
  await visage.drain({ atOnce: signal === 'SIGINT' })
  await visage.stop()
  log.info({}, 'stopped')
}

/** What is wrong with the configuration is said, and the service goes on with what it has. */
function reload({ reload }: Visage, log: ServiceLog): void {
  try {
    reload()
  } catch (error) {
    log.error({ problem: (error as Error).message }, 'the configuration stays as it was')
  }
}
