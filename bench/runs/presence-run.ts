/** A SIP scenario against Visage. */
import type { PresenceScenario } from '../scenarios/presence.ts'
import type { Server } from '../servers/visage.ts'
import { putRules } from '../stored/presence-rules.ts'
import { addUser, addUsers, iconTraffic } from '../stored/stored-documents.ts'
import type { Figure } from './figure.ts'
import { startGenerator, type Generator } from './generator.ts'
import { measured } from './measurement.ts'
import { withVisage } from './visage-run.ts'

export const runPresence = (scenario: PresenceScenario, seconds: number): Promise<Figure> =>
  withVisage(scenario.setting ?? {}, async (server, generator) => {
    const { presentities, rules, setting, icons } = scenario
    if (rules) await putRules(server, presentities)
    if (setting?.digest) addUsers(server, presentities)
    await prepare(server.sipPort, generator, scenario)
    const measure = () => measured(server.pid, generator, scenario.measure, scenario)
    return icons ? besideIcons(server, seconds, measure) : measure()
  })

/** Brings the server to where the step that counts begins. */
export async function prepare(
  port: number,
  generator: Generator,
  scenario: PresenceScenario,
): Promise<void> {
  const { presentities, setting, prepare: steps } = scenario
  await generator.perform({
    step: 'presence',
    port,
    presentities,
    digest: setting?.digest ?? false,
  })
  for (const step of steps) await generator.perform(step)
}

/** While a generator of its own stores pictures and asks for them. */
async function besideIcons(
  server: Server,
  seconds: number,
  work: () => Promise<Figure>,
): Promise<Figure> {
  addUser(server)
  const traffic = await iconTraffic(server)
  const other = startGenerator()
  try {
    const task = { step: 'icons', port: server.httpPort, ...traffic, seconds } as const
    const [figure, { operations }] = await Promise.all([work(), other.perform(task)])
    process.stderr.write(`beside it ${operations} icons were stored and shown\n`)
    return figure
  } finally {
    other.stop()
  }
}
