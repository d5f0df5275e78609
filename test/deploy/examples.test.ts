/** The examples of deploy/examples/ start as they stand there, and carry a publication and an icon from one person to another. */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startCluster } from '../store/postgres/cluster.ts'
import { certificatePaths } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { startKamailio } from '../support/kamailio.ts'
import { requireProgram } from '../support/programs.ts'
import { certificateFiles, exampleFile, serveExample, storyThrough } from './example.ts'
import { startNginx } from './nginx.ts'

const local = async () => `127.0.0.1:${await freePort()}`

test('one node: phones, browsers and icons reach it directly, over TLS too', async (t) => {
  const [https, sip, sips] = [await local(), await local(), await local()]
  const origin = `https://localhost:${https.split(':')[1] ?? ''}`
  const { file } = await exampleFile(t, 'one-node/visage.yaml', {
    ...certificateFiles,
    'https://sip.example.com': origin,
    '0.0.0.0:443': https,
    '0.0.0.0:5060': sip,
    '0.0.0.0:5061': sips,
    '127.0.0.1:9090': await local(),
  })
  const node = await serveExample(t, file)
  for (const user of ['alice', 'bob']) await node.addUser(`${user}@example.com`)
  const way = (user: string, door: string) => ({
    ...{ address: `${user}@example.com`, xcapRoot: `${origin}/xcap-root`, sip: door },
  })
  const tls = `tls:localhost:${sips.split(':')[1] ?? ''}`
  await storyThrough(t, way('alice', `udp:${sip}`), way('bob', tls))
})

test('behind nginx: pages, XCAP, icons and WebSockets come through it', async (t) => {
  if (!requireProgram(t, 'nginx')) return
  const [inside, outside, sip] = [await local(), await local(), await local()]
  const port = outside.split(':')[1] ?? ''
  const origin = `https://localhost:${port}`
  const { file } = await exampleFile(t, 'behind-nginx/visage.yaml', {
    'https://icons.example.com': origin,
    '127.0.0.1:8080': inside,
    '0.0.0.0:5060': sip,
    '127.0.0.1:9090': await local(),
  })
  const node = await serveExample(t, file)
  await nginxOf(t, 'behind-nginx', outside, { '127.0.0.1:8080': inside })
  for (const user of ['alice', 'bob']) await node.addUser(`${user}@example.com`)
  const way = (user: string, door: string) => ({
    ...{ address: `${user}@example.com`, xcapRoot: `${origin}/xcap-root`, sip: door },
  })
  await storyThrough(t, way('alice', `udp:${sip}`), way('bob', `wss:localhost:${port}`))
})

test('behind Kamailio: it asks for passwords, Visage believes it', async (t) => {
  if (!requireProgram(t, 'kamailio')) return
  const sip = await local()
  const https = await local()
  const origin = `https://localhost:${https.split(':')[1] ?? ''}`
  const kamailio = await startKamailio({
    users: ['alice', 'bob'],
    visagePort: Number(sip.split(':')[1]),
    visageUrl: origin,
  })
  t.after(() => kamailio.stop())
  const { file } = await exampleFile(t, 'behind-kamailio/visage.yaml', {
    ...certificateFiles,
    // Kamailio's test tables are of this domain.
    'name: example.com': 'name: localhost',
    'https://icons.example.com': origin,
    '0.0.0.0:443': https,
    '192.0.2.2:5060': sip,
    '192.0.2.1/32': '127.0.0.1/32',
    '127.0.0.1:9090': await local(),
  })
  const node = await serveExample(t, file)
  // Only who uploads an icon needs an account of Visage's own.
  await node.addUser('alice@localhost')
  const way = (user: string) => ({
    address: `${user}@localhost`,
    xcapRoot: `${origin}/xcap-root`,
    sip: `udp:127.0.0.1:${kamailio.port}`,
  })
  await storyThrough(t, way('alice'), way('bob'))
  assert.ok(kamailio.requests('SUBSCRIBE').length > 0)
})

test('three nodes: what is published and stored at one is seen at another, and HTTP goes to whoever answers', async (t) => {
  if (!requireProgram(t, 'nginx') || !requireProgram(t, 'postgres')) return
  const cluster = await startCluster()
  t.after(() => cluster.stop())
  const url = cluster.url(await cluster.createDatabase())
  const outside = await local()
  const origin = `https://localhost:${outside.split(':')[1] ?? ''}`
  const nodes = await Promise.all(
    ['visage-1', 'visage-2', 'visage-3'].map(async (name) => {
      const [http, sip] = [await local(), await local()]
      const { file } = await exampleFile(t, 'three-nodes/visage.yaml', {
        'urlFile: /etc/visage/database': `url: ${url}`,
        'https://icons.example.com': origin,
        '0.0.0.0:8080': http,
        '192.0.2.10/32': '127.0.0.1/32',
        '0.0.0.0:5060': sip,
        '127.0.0.1:9090': await local(),
      })
      return { http, sip, ...(await serveExample(t, file, { VISAGE_STORE_NODE: name })) }
    }),
  )
  const [first, second, third] = nodes
  assert.ok(first && second && third)
  await nginxOf(t, 'three-nodes', outside, {
    '192.0.2.11:8080': first.http,
    '192.0.2.12:8080': second.http,
    '192.0.2.13:8080': third.http,
  })
  for (const user of ['alice', 'bob']) await first.addUser(`${user}@example.com`)
  const way = (user: string, sip: string) => ({
    ...{ address: `${user}@example.com`, xcapRoot: `${origin}/xcap-root`, sip: `udp:${sip}` },
  })
  await second.server.stop('SIGKILL')
  await storyThrough(t, way('alice', first.sip), way('bob', third.sip))
})

async function nginxOf(
  t: TestContext,
  example: string,
  address: string,
  upstream: Readonly<Record<string, string>>,
): Promise<void> {
  const { folder, file } = await exampleFile(t, `${example}/nginx.conf`, {
    ...upstream,
    '/etc/visage/tls/fullchain.pem': certificatePaths('localhost').certificate,
    '/etc/visage/tls/privkey.pem': certificatePaths('localhost').key,
    '0.0.0.0:443': address,
    '/run/nginx.pid': '/var/lib/visage/nginx.pid',
    '/var/log/nginx/error.log': '/var/lib/visage/error.log',
    '/var/cache/nginx': '/var/lib/visage/cache',
  })
  await mkdir(join(folder, 'data', 'cache'), { recursive: true })
  await startNginx(t, file, address)
}
