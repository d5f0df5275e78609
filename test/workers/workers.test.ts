/*
 * Three workers on the same addresses: whoever is asked, everybody is told, whichever worker dies.
 *
 *  many presentities      worker 1 | worker 2 | worker 3       bob
 *    |--- PUBLISH ----------->|         |          |            |
 *    |                        |--- to its home --->|-- NOTIFY ->|
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { addAccount } from '../../service/administration/account-operations.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { createPhone, pidf, type Phone } from '../presence/phone.ts'
import { openSipClient, type SipText } from '../support/sip-client.ts'
import type { SipClientTransport } from '../support/sip-wires.ts'
import { PASSWORD, run, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { createXcapCaller } from '../xcap/support/xcap-caller.ts'

/** More than there are workers, so that each has some of them at home. */
const PEOPLE = ['ada', 'ben', 'cleo', 'dora', 'emil', 'finn', 'gina', 'hugo'].map(
  (name) => `${name}@localhost`,
)
const PATIENCE = 20_000

let visage: VisageProcess
let bob: Phone
const phones: Phone[] = []

async function phone(
  address: string,
  transport: SipClientTransport = 'UDP',
  port = visage.sipPort,
): Promise<Phone> {
  const [user = ''] = address.split('@')
  const made = createPhone(await openSipClient(port, transport), user, 'localhost', PASSWORD)
  phones.push(made)
  return made
}

function noted(address: string, note: string): string {
  return pidf(`sip:${address}`, 'open').replace('</status>', `</status><note>${note}</note>`)
}

/** Answers NOTIFYs until one of this person has the text. */
async function told(at: Phone, address: string, text: string): Promise<SipText> {
  for (;;) {
    const notify = await at.client.receive(
      ({ method }) => method === 'NOTIFY',
      `a NOTIFY of ${address} with ${text}`,
      PATIENCE,
    )
    at.answer(notify, 200)
    if (notify.body.includes(`"sip:${address}"`) && notify.body.includes(text)) return notify
  }
}

/** Processes that worker 1 has started. */
function otherWorkers(): number[] {
  const pid = visage.server.child.pid ?? 0
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children.trim().split(' ').filter(Boolean).map(Number)
}

async function healthy(): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${visage.httpPort}/healthz`)
  return { status: answer.status, text: await answer.text() }
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const give = Date.now() + PATIENCE
  while (!(await isSo())) {
    assert.ok(Date.now() < give, what)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

before(async () => {
  visage = await startVisage({ config: { workers: 3 } })
  const ask = await askRunningService(visage.data)
  assert.ok(ask)
  for (const address of [...PEOPLE, 'bob@localhost']) {
    await ask(addAccount, { address, password: PASSWORD })
  }
  bob = await phone('bob@localhost')
})

after(async () => {
  await Promise.all(phones.map(({ client }) => client.close()))
  await visage.end()
})

test('every presentity is served whichever worker its requests reach, by UDP, TCP and WebSocket', async () => {
  assert.equal(otherWorkers().length, 2)
  assert.deepEqual(await healthy(), { status: 200, text: 'ok\n' })
  const wires = ['UDP', 'TCP', 'WS'] as const
  for (const [index, address] of PEOPLE.entries()) {
    const wire = wires[index % wires.length] ?? 'UDP'
    await bob.subscribe(`sip:${address}`)
    const publisher = await phone(address, wire, wire === 'WS' ? visage.httpPort : visage.sipPort)
    assert.equal((await publisher.publish(noted(address, 'first'))).status, 200, address)
    await told(bob, address, 'first')
  }
})

test('an icon that is put by any worker is told to watchers of all', async () => {
  const caller = createXcapCaller({ port: visage.httpPort, password: PASSWORD })
  const image = sharp({ create: { width: 64, height: 64, channels: 3, background: '#3366cc' } })
  const body = await image.png().toBuffer()
  for (const address of PEOPLE.slice(0, 4)) {
    const path = `/xcap-root/oma_status-icon/users/sip:${address}/face.png`
    const headers = { 'Content-Type': 'image/png' }
    const [as = ''] = address.split('@')
    assert.equal((await caller('PUT', path, { as, body, headers })).status, 201)
    const notify = await told(bob, address, '/i/')
    const url = /http:[^<]*\/i\/[^<]*/.exec(notify.body)?.[0] ?? ''
    for (let time = 0; time < 6; time++) assert.equal((await fetch(url)).status, 200)
  }
})

test('visage explain knows the subscription, whichever worker holds it', async () => {
  for (const address of PEOPLE.slice(0, 4)) {
    const { stdout } = await run('visage', [
      ...['explain', 'bob@localhost', address, '--data', visage.data],
    ])
    assert.match(stdout, /active/, address)
  }
})

test('kill -9 of a worker: it is started again, nothing acknowledged is lost, its watchers are told', async () => {
  const [victim = 0] = otherWorkers()
  process.kill(victim, 'SIGKILL')
  await until('the death is not noticed', () => !otherWorkers().includes(victim))
  await until('the worker does not come back', async () => (await healthy()).status === 200)
  assert.equal(otherWorkers().length, 2)
  for (const address of PEOPLE) {
    const publisher = await phone(address)
    assert.equal((await publisher.publish(noted(address, 'second'))).status, 200, address)
    const notify = await told(bob, address, 'second')
    assert.match(notify.body, /first/, 'what was published before')
  }
})

test('another number of workers after a restart: dialogs and publications go on', async () => {
  const file = join(visage.folder, 'visage.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"workers":3', '"workers":2'))
  await visage.restart('SIGTERM')
  assert.equal(otherWorkers().length, 1)
  for (const address of PEOPLE) {
    const publisher = await phone(address)
    assert.equal((await publisher.publish(noted(address, 'third'))).status, 200, address)
    assert.match((await told(bob, address, 'third')).body, /second/)
  }
})

test('kill -9 of the first worker ends the others', async () => {
  const others = otherWorkers()
  assert.equal(others.length, 1)
  visage.server.child.kill('SIGKILL')
  await once(visage.server.child, 'exit')
  await until('orphans', () => others.every((pid) => !isRunning(pid)))
})

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .startsWith('Z')
  } catch {
    return false
  }
}
