/** npm run bench: the server's cost per operation under load from a process of its own, on loopback. */
import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { processCost } from './servers/process-cost.ts'
import { startServer, type Server } from './servers/visage.ts'
import {
  documentScenarios,
  iconScenarios,
  memoryScenarios,
  presenceScenarios,
  type Allowed,
  type DocumentScenario,
  type IconScenario,
  type PresenceScenario,
} from './scenarios.ts'
import { table, type Figure } from './report.ts'
import { documentRequest } from './document-request.ts'
import type { HttpRequest } from './load/http-load.ts'
import type { Answer, Task } from './load/load-generator.ts'
import { putRules } from './presence-rules.ts'
import { addUser, iconTraffic, putIcon, putLists } from './stored-documents.ts'

const ICON_CONNECTIONS = 32
const DOCUMENT_CONNECTIONS = 8

const { values: options } = parseArgs({
  options: {
    /** How long each scenario is measured. */
    seconds: { type: 'string', default: '5' },
    /** Runs only the scenarios whose name holds this text. */
    only: { type: 'string', default: '' },
    /** Writes the JSON to a file besides printing it. */
    json: { type: 'string' },
  },
})
const seconds = Number(options.seconds)

function startGenerator(): ChildProcess {
  return fork(new URL('load/load-generator.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
}

async function perform(generator: ChildProcess, task: Task): Promise<Answer> {
  generator.send(task)
  const [answer] = (await Promise.race([
    once(generator, 'message'),
    once(generator, 'exit').then(() => Promise.reject(new Error('the load generator has died'))),
  ])) as [Answer]
  return answer
}

interface Measurable {
  readonly name: string
  readonly per?: string
  readonly target?: number
  readonly allowed?: Allowed
}

/** Performs the step that counts and lays the server's cost beside what the generator saw. */
async function measure(
  server: Server,
  generator: ChildProcess,
  task: Task,
  { name, per = 'operation', target, allowed }: Measurable,
): Promise<Figure> {
  const before = processCost(server.pid)
  const answer = await perform(generator, task)
  const after = processCost(server.pid)
  const cpu = after.cpuSeconds - before.cpuSeconds
  const count = per === 'notification' ? answer.notifications : answer.operations
  return {
    scenario: name,
    perSecond: count / answer.seconds,
    cpuMicroseconds: (cpu / count) * 1e6,
    ...(target !== undefined && { target }),
    ...(allowed && { allowed }),
    p50: answer.p50,
    p99: answer.p99,
    p999: answer.p999,
    residentMiB: after.residentMiB,
    serverLoad: cpu / answer.seconds,
    generatorLoad: answer.generatorCpuSeconds / answer.seconds,
    retransmissions: answer.retransmissions,
  }
}

/** Every scenario meets a server of its own, so that none inherits another's watchers. */
async function withServer<T>(
  work: (server: Server, generator: ChildProcess) => Promise<T>,
): Promise<T> {
  const server = await startServer()
  const generator = startGenerator()
  try {
    return await work(server, generator)
  } finally {
    generator.disconnect()
    await server.stop()
  }
}

const runPresence = (scenario: PresenceScenario): Promise<Figure> =>
  withServer(async (server, generator) => {
    const { presentities, prepare, rules } = scenario
    if (rules) await putRules(server, presentities)
    await perform(generator, { step: 'presence', port: server.sipPort, presentities })
    for (const step of prepare) await perform(generator, step)
    if (!scenario.icons) return measure(server, generator, scenario.measure, scenario)
    return beside(await iconsOf(server), () => {
      return measure(server, generator, scenario.measure, scenario)
    })
  })

async function iconsOf(server: Server): Promise<Task> {
  addUser(server)
  return { step: 'icons', port: server.httpPort, ...(await iconTraffic(server)), seconds }
}

/** While a generator of its own performs the task. */
async function beside(task: Task, work: () => Promise<Figure>): Promise<Figure> {
  const other = startGenerator()
  try {
    const [figure, { operations }] = await Promise.all([work(), perform(other, task)])
    process.stderr.write(`beside it ${operations} icons were stored and shown\n`)
    return figure
  } finally {
    other.disconnect()
  }
}

const runHttp = (
  scenario: { name: string; target?: number },
  prepare: (server: Server) => Promise<HttpRequest>,
): Promise<Figure> =>
  withServer(async (server, generator) => {
    addUser(server)
    const request = await prepare(server)
    const task = { step: 'http', port: server.httpPort, request } as const
    await perform(generator, { ...task, length: { count: 2000 } })
    return measure(server, generator, { ...task, length: { seconds } }, scenario)
  })

const runIcon = (scenario: IconScenario): Promise<Figure> =>
  runHttp(scenario, async (server) => {
    const { path, etag } = await putIcon(server)
    return {
      method: 'GET',
      path,
      headers: scenario.conditional ? `If-None-Match: ${etag}\r\n` : '',
      status: scenario.conditional ? 304 : 200,
      connections: ICON_CONNECTIONS,
    }
  })

const runDocument = (scenario: DocumentScenario): Promise<Figure> =>
  runHttp(scenario, async (server) => {
    const path = await putLists(server, DOCUMENT_CONNECTIONS, scenario.bytes)
    return documentRequest(scenario, path, DOCUMENT_CONNECTIONS)
  })

function heapPerSubscription(subscriptions: number): number {
  const program = fileURLToPath(new URL('subscription-memory.ts', import.meta.url))
  const args = ['--expose-gc', '--import', 'tsx', program, String(subscriptions)]
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return (JSON.parse(ran.stdout) as { bytes: number }).bytes
}

const wanted = ({ name }: { name: string }) => name.includes(options.only)
const figures: Figure[] = []
for (const scenario of presenceScenarios(seconds).filter(wanted)) {
  process.stderr.write(`${scenario.name}…\n`)
  figures.push(await runPresence(scenario))
}
for (const scenario of iconScenarios.filter(wanted)) {
  process.stderr.write(`${scenario.name}…\n`)
  figures.push(await runIcon(scenario))
}
for (const scenario of documentScenarios.filter(wanted)) {
  process.stderr.write(`${scenario.name}…\n`)
  figures.push(await runDocument(scenario))
}

for (const { name, subscriptions, target } of memoryScenarios.filter(wanted)) {
  process.stderr.write(`${name}…\n`)
  process.stdout.write(`${name}: ${heapPerSubscription(subscriptions)} bytes (≤ ${target})\n`)
}

const report = JSON.stringify({
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
  seconds,
  figures,
})
process.stdout.write(`${table(figures)}\n\n${report}\n`)
if (options.json) await writeFile(options.json, `${report}\n`)
