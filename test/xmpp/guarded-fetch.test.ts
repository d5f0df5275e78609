/** Pictures at a stranger's URL, from a real server over TLS that a made-up DNS places in the public Internet. */
import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { connect, type ConnectionOptions } from 'node:tls'
import { createGuardedFetch } from '../../xmpp-gateway/contact-avatar/guarded-fetch.ts'
import { authority, certificates } from '../support/certificates.ts'
import { createManualClock } from '../support/manual-clock.ts'

const HOST = 'chat.example.com'
const PICTURE = Buffer.from('a picture')

type Serve = (request: IncomingMessage, response: ServerResponse) => void

const servePicture: Serve = (_, response) => {
  response.end(PICTURE)
}

/** `names`: what the DNS says, in turn when it is a list of answers. */
async function openWeb(t: TestContext, serve: Serve = servePicture) {
  const server = createServer(certificates('chat').usual, serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const clock = createManualClock()
  const asked: string[] = []
  const connected: ConnectionOptions[] = []
  const names: Record<string, string[]> = { [HOST]: ['9.9.9.9'] }
  const network = {
    lookup: (host: string) => {
      asked.push(host)
      return Promise.resolve(names[host] ?? [])
    },
    connect: (options: ConnectionOptions) => {
      connected.push(options)
      return connect({ ...options, host: '127.0.0.1', port, ca: authority })
    },
  }
  const fetch = createGuardedFetch({ clock, network })
  return { fetch: (url: string, most = 1_000) => fetch(url, most), clock, asked, connected, names }
}

test('the name is resolved once, and the connection goes to that address with the name for TLS', async (t) => {
  const web = await openWeb(t)
  assert.deepEqual(await web.fetch(`https://${HOST}/bob.png`), PICTURE)
  assert.deepEqual(web.asked, [HOST])
  assert.deepEqual(web.connected, [{ host: '9.9.9.9', port: 443, servername: HOST }])
})

const REFUSED: Record<string, RegExp> = {
  'http://chat.example.com/a.png': /not https/,
  'ftp://chat.example.com/a.png': /not https/,
  'file:///etc/passwd': /not https/,
  'data:image/png;base64,AAAA': /not https/,
  'not a url': /no URL/,
  'https://bob:secret@chat.example.com/': /credentials/,
  'https://bob@chat.example.com/': /credentials/,
  'https://chat.example.com:22/': /port/,
  'https://chat.example.com:25/': /port/,
  'https://127.0.0.1/': /public Internet/,
  'https://0x7f.1/': /public Internet/,
  'https://2130706433/': /public Internet/,
  'https://[::1]/': /public Internet/,
  'https://[::ffff:10.0.0.1]/': /public Internet/,
  'https://169.254.169.254/latest/meta-data': /public Internet/,
  'https://inside.example/': /public Internet/,
  'https://both.example/': /public Internet/,
  'https://nowhere.example/': /public Internet/,
}

for (const [url, why] of Object.entries(REFUSED)) {
  test(`${url} is refused before anything is connected to`, async (t) => {
    const web = await openWeb(t)
    web.names['inside.example'] = ['10.0.0.1']
    web.names['both.example'] = ['9.9.9.9', '127.0.0.1']
    await assert.rejects(web.fetch(url), { name: 'FetchRefused', message: why })
    assert.deepEqual(web.connected, [])
  })
}

test('ports beyond those of other services are fine', async (t) => {
  const web = await openWeb(t)
  assert.deepEqual(await web.fetch(`https://${HOST}:5443/bob.png`), PICTURE)
  assert.equal(web.connected[0]?.port, 5443)
})

const REDIRECTS: Record<string, RegExp> = {
  'http://chat.example.com/': /not https/,
  'https://inside.example/': /public Internet/,
  'https://127.0.0.1/': /public Internet/,
  'https://bob:secret@chat.example.com/': /credentials/,
  'https://': /no URL/,
}

for (const [location, why] of Object.entries(REDIRECTS)) {
  test(`a redirect to ${location} is refused like the address itself`, async (t) => {
    const web = await openWeb(t, (_, response) => {
      response.writeHead(302, { location }).end()
    })
    web.names['inside.example'] = ['192.168.1.1']
    await assert.rejects(web.fetch(`https://${HOST}/`), { name: 'FetchRefused', message: why })
    assert.equal(web.connected.length, 1)
  })
}

test('RFC 9110 §15.4: three redirects are followed, a fourth is not', async (t) => {
  const web = await openWeb(t, ({ url }, response) => {
    const left = Number(url?.slice(1))
    if (left === 0) response.end(PICTURE)
    else response.writeHead(301, { location: `/${left - 1}` }).end()
  })
  assert.deepEqual(await web.fetch(`https://${HOST}/3`), PICTURE)
  await assert.rejects(web.fetch(`https://${HOST}/4`), { message: /too often/ })
})

test('a redirect is resolved anew: a name that now lies inside is refused', async (t) => {
  const web = await openWeb(t, (_, response) => {
    web.names[HOST] = ['10.0.0.1']
    response.writeHead(302, { location: '/again' }).end()
  })
  await assert.rejects(web.fetch(`https://${HOST}/`), { message: /public Internet/ })
})

const ANSWERS: Record<string, [Serve, RegExp]> = {
  'more bytes than may be, announced': [
    (_, response) => response.writeHead(200, { 'content-length': 2_000 }).end(Buffer.alloc(2_000)),
    /more than 1000 bytes/,
  ],
  'more bytes than may be, without end': [
    (_, response) => {
      const more = (): boolean | Promise<boolean> =>
        response.write(Buffer.alloc(900)) && setImmediate().then(more)
      void more()
    },
    /more than 1000 bytes/,
  ],
  'compressed bytes': [
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    /compressed/,
  ],
  '404': [(_, response) => response.writeHead(404).end(), /answers 404/],
  'a redirect to nowhere': [(_, response) => response.writeHead(302).end(), /to nowhere/],
}

for (const [name, [serve, why]] of Object.entries(ANSWERS)) {
  test(`${name}: refused`, async (t) => {
    const web = await openWeb(t, serve)
    await assert.rejects(web.fetch(`https://${HOST}/`), { name: 'FetchRefused', message: why })
  })
}

test('a server in trouble may be asked again', async (t) => {
  const web = await openWeb(t, (_, response) => response.writeHead(503).end())
  await assert.rejects(web.fetch(`https://${HOST}/`), { name: 'Error', message: /503/ })
})

test('RFC 2818 §3.1: a certificate for another name is not believed', async (t) => {
  const web = await openWeb(t)
  web.names['other.example'] = ['9.9.9.9']
  await assert.rejects(web.fetch('https://other.example/'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
})

test('after 10 seconds nothing is waited for: neither bytes, nor an answer, nor the DNS', async (t) => {
  let asked = () => {}
  const isAsked = () => new Promise<void>((resolve) => (asked = resolve))
  const silent: Serve = () => {
    asked()
  }
  const dripping: Serve = (_, response) => {
    response.write('a')
    asked()
  }
  for (const serve of [silent, dripping]) {
    const web = await openWeb(t, serve)
    const waited = isAsked()
    const fetched = assert.rejects(web.fetch(`https://${HOST}/`))
    await waited
    web.clock.advance(10_000)
    await fetched
  }
  const clock = createManualClock()
  const lookup = () => new Promise<string[]>(() => {})
  const fetch = createGuardedFetch({ clock, network: { lookup, connect } })
  const fetched = assert.rejects(fetch(`https://${HOST}/`, 1_000), { message: /in time/ })
  clock.advance(10_000)
  await fetched
})
