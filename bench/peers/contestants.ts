/** Who is compared, and how each is brought under the same load. */
import { prepare, runPresence } from '../runs/presence-run.ts'
import { iconRequest, measureHttp, runIcon } from '../runs/http-run.ts'
import { startGenerator } from '../runs/generator.ts'
import type { Figure } from '../runs/figure.ts'
import { measured } from '../runs/measurement.ts'
import type { IconScenario } from '../scenarios/http.ts'
import type { PresenceScenario } from '../scenarios/presence.ts'
import { startKamailio, type KamailioStorage } from '../servers/kamailio.ts'
import { startNginx } from '../servers/nginx.ts'
import { VISAGE } from './comparison.ts'
import { noise, ICON_SIDE } from '../stored/stored-documents.ts'

export interface Contestant<Scenario> {
  readonly name: string
  readonly run: (scenario: Scenario, seconds: number) => Promise<Figure>
}

const KAMAILIO_MEMORY = 'Kamailio, in memory'
const KAMAILIO_SQLITE = 'Kamailio, written through'
const NGINX = 'nginx, static file'

export const presenceContestants: readonly Contestant<PresenceScenario>[] = [
  { name: VISAGE, run: runPresence },
  { name: KAMAILIO_MEMORY, run: (scenario) => runKamailio('memory', scenario) },
  { name: KAMAILIO_SQLITE, run: (scenario) => runKamailio('sqlite', scenario) },
]

export const iconContestants: readonly Contestant<IconScenario>[] = [
  { name: VISAGE, run: runIcon },
  { name: NGINX, run: runNginx },
]

async function runKamailio(storage: KamailioStorage, scenario: PresenceScenario): Promise<Figure> {
  const server = await startKamailio(storage)
  const generator = startGenerator()
  try {
    await prepare(server.sipPort, generator, scenario)
    return await measured(server.pid, generator, scenario.measure, scenario)
  } finally {
    generator.stop()
    await server.stop()
  }
}

async function runNginx(scenario: IconScenario, seconds: number): Promise<Figure> {
  const server = await startNginx(await noise(ICON_SIDE))
  const generator = startGenerator()
  try {
    const request = iconRequest(server, scenario)
    return await measureHttp(server, generator, { request, seconds, scenario })
  } finally {
    generator.stop()
    await server.stop()
  }
}
