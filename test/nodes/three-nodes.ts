/** Three nodes of Visage on a PostgreSQL primary with a synchronous standby; the third reaches it by ways that can be cut. */
import assert from 'node:assert/strict'
import { addAccount } from '../../service/administration/account-operations.ts'
import { askRunningService } from '../../service/administration/running-service.ts'
import { createPhone, pidf, type Phone } from '../presence/phone.ts'
import { startCluster, type PostgresCluster } from '../store/postgres/cluster.ts'
import { openCuttableWay, type CuttableWay } from '../store/postgres/cuttable-way.ts'
import { openSipClient, type SipText } from '../support/sip-client.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'

const PATIENCE = 15_000

export interface ThreeNodes {
  readonly cluster: PostgresCluster
  readonly standby: Awaited<ReturnType<PostgresCluster['synchronousStandby']>>
  readonly nodes: readonly [VisageProcess, VisageProcess, VisageProcess]
  /** The way of the third node to the database. */
  readonly ways: readonly CuttableWay[]
  /** A phone of that user at the node; closed at the end. */
  readonly phone: (node: VisageProcess, user: string) => Promise<Phone>
  /** Another node. */
  readonly join: (name: string) => Promise<VisageProcess>
  readonly end: () => Promise<void>
}

export async function startThreeNodes(users: readonly string[]): Promise<ThreeNodes> {
  const cluster = await startCluster()
  const standby = await cluster.synchronousStandby()
  const database = await cluster.createDatabase()
  const ways = await Promise.all(
    [cluster.primary, standby].map(({ port }) => openCuttableWay(port)),
  )
  const phones: Phone[] = []
  const started: VisageProcess[] = []
  const join = async (node: string, url = cluster.url(database)) => {
    const visage = await startVisage({ config: { store: { type: 'postgres', url, node } } })
    started.push(visage)
    return visage
  }
  const hosts = ways.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const first = await join('a')
  const nodes = [
    ...[
      first,
      ...(await Promise.all([join('b'), join('c', `postgres://visage@${hosts}/${database}`)])),
    ],
  ] as unknown as ThreeNodes['nodes']
  const ask = await askRunningService(first.data)
  assert.ok(ask)
  for (const user of users) {
    await ask(addAccount, { address: `${user}@localhost`, password: PASSWORD })
  }
  return {
    ...{ cluster, standby, nodes, ways },
    async phone(node, user) {
      const client = await openSipClient(node.sipPort)
      const made = createPhone(client, user, 'localhost', PASSWORD)
      phones.push(made)
      return made
    },
    join: (name) => join(name),
    async end() {
      await Promise.all(phones.map(({ client }) => client.close()))
      await Promise.all(started.map((node) => node.end()))
      for (const way of ways) way.close()
      await cluster.stop()
    },
  }
}

export function noted(user: string, note: string): string {
  return pidf(`sip:${user}@localhost`, 'open').replace('</status>', `</status><note>${note}</note>`)
}

/** Answers NOTIFYs until one has the text. */
export async function told(phone: Phone, text: string): Promise<SipText> {
  for (;;) {
    const isNotify = ({ method }: SipText) => method === 'NOTIFY'
    const notify = await phone.client.receive(isNotify, `a NOTIFY with ${text}`, PATIENCE)
    phone.answer(notify, 200)
    if (notify.body.includes(text)) return notify
  }
}

export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const give = Date.now() + PATIENCE
  while (!(await isSo())) {
    assert.ok(Date.now() < give, what)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export async function healthOf(node: VisageProcess): Promise<number> {
  return (await fetch(`http://127.0.0.1:${node.httpPort}/healthz`)).status
}
