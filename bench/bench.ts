/** npm run bench: the server's cost per operation under load from a process of its own, on loopback. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { processCost } from './process-cost.ts'
import { startServer, type Server } from './server.ts'
import {
  documentScenarios,
  iconScenarios,
  presenceScenarios,
  type DocumentScenario,
  type IconScenario,
  type PresenceScenario,
} from './scenarios.ts'
import { table, type Figure } from './report.ts'
import { documentRequest } from './document-request.ts'
import type { HttpRequest } from './http-load.ts'
import type { Answer, Task } from './load-generator.ts'
import { addUser, putIcon, putLists } from './stored-documents.ts'

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
  return fork(new URL('load-generator.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
}

async function perform(generator: ChildProcess, task: Task): Promise<Answer> {
  generator.send(task)
  const [answer] = (await Promise.race([
    once(generator, 'message'),
    once(generator, 'exit').then(() => Promise.reject(new Error('the load generator has died'))),
  ])) as [Answer]
  return answer
}

/** Performs the step that counts and lays the server's cost beside what the generator saw. */
async function measure(
  server: Server,
  generator: ChildProcess,
  task: Task,
  { name, per = 'operation', target }: { name: string; per?: string; target?: number },
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
    const { presentities, prepare } = scenario
    await perform(generator, { step: 'presence', port: server.sipPort, presentities })
    for (const step of prepare) await perform(generator, step)
    return measure(server, generator, scenario.measure, scenario)
  })

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

const report = JSON.stringify({
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
  seconds,
  figures,
})
process.stdout.write(`${table(figures)}\n\n${report}\n`)
if (options.json) await writeFile(options.json, `${report}\n`)
