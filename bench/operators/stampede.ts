/** The icon stampede: one PUT, 5,000 watchers GET the picture at once; and the NOTIFYs of others beside it. */
import { aor } from '../load/sip-messages.ts'
import { startGenerator, type Generator } from '../runs/generator.ts'
import type { Value } from '../runs/results.ts'
import { withVisage } from '../runs/visage-run.ts'
import type { Server } from '../servers/visage.ts'
import { ICON_SIDE, noise } from '../stored/stored-documents.ts'

const WATCHERS = 5000
const OWNER = 1_000_000
const RATE = 200
const group = 'operators'

export const stampedeValues = (seconds: number): Promise<Value[]> =>
  withVisage({}, async (server, generator) => {
    await prepareOthers(server, generator)
    const paced = { step: 'paced publish', rate: RATE, seconds } as const
    const alone = await generator.perform(paced)
    const other = startGenerator()
    try {
      const task = await stampedeOf(server)
      const [beside, stampede] = await Promise.all([generator.perform(paced), other.perform(task)])
      const last = 'one icon PUT, the last of 5,000 watchers has the picture'
      return [
        { group, name: last, unit: 's', value: stampede.seconds },
        ...notifyValues('alone', alone),
        ...notifyValues('beside an icon stampede', beside),
      ]
    } finally {
      other.stop()
    }
  })

async function prepareOthers({ sipPort }: Server, generator: Generator): Promise<void> {
  const presentities = 1000
  await generator.perform({ step: 'presence', port: sipPort, presentities })
  await generator.perform({ step: 'publish', window: 64, length: { count: presentities } })
  await generator.perform({ step: 'subscribe', window: 64, length: { count: 10 * presentities } })
}

async function stampedeOf({ sipPort, httpPort }: Server) {
  const owner = aor(OWNER)
  const body = (await noise(ICON_SIDE)).toString('latin1')
  const store = {
    method: 'PUT',
    path: `/xcap-root/oma_status-icon/users/${owner}/noise.png`,
    headers: `Content-Type: image/png\r\nX-3GPP-Asserted-Identity: "${owner}"\r\n`,
    body,
    status: 201,
    connections: 1,
  } as const
  const shape = { presentity: OWNER, watchers: WATCHERS, store }
  return { step: 'icon stampede', sipPort, httpPort, ...shape } as const
}

function notifyValues(when: string, { p99, p999 }: { p99: number; p999: number }): Value[] {
  const name = (part: string) => `${RATE} PUBLISHes a second × 10 watchers ${when}, ${part}`
  return [
    { group, name: name('p99'), unit: 'ms', value: p99 },
    { group, name: name('p99.9'), unit: 'ms', value: p999 },
  ]
}
