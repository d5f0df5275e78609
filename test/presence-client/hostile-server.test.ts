/** What a server, or what stands for one, may do to a client: nothing may spin, hang, or stay behind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refreshAfter } from '../../client/lifetime.ts'
import { createNotificationQueue } from '../../client/notification-queue.ts'
import { readPresence } from '../../client/read-presence.ts'
import { readXml } from '../../client/xml-reader.ts'
import { PIDF, setUp, settled } from './client-harness.ts'
import type { PeerRequest } from './scripted-peer.ts'

const BOB = 'bob@example.com'
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Far beyond what it takes, and far below what it took. */
const SOON_MS = 10_000

function accept(request: PeerRequest): void {
  request.respond(200, 'OK', 'SIP-ETag: one', 'Expires: 3600')
}

function quickly(work: () => void): void {
  const before = performance.now()
  work()
  assert.ok(performance.now() - before < SOON_MS, 'it took far too long')
}

test('RFC 3261 §25.1: a lifetime of 9999999999 seconds is not refreshed in circles', () => {
  assert.ok(refreshAfter(9_999_999_999) <= LONGEST_TIMER_MS)
})

test('Namespaces in XML §6.1: thousands of declarations are not copied for each child', () => {
  const declared = Array.from({ length: 20_000 }, (_, at) => `xmlns:p${at}="u${at}"`).join(' ')
  const child = '<p7:b xmlns:own="u"/>'
  quickly(() => {
    const reading = readXml(`<a ${declared}>${child.repeat(10_000)}</a>`)
    const last = reading.error === undefined ? reading.value.children.at(-1) : undefined
    assert.equal(typeof last === 'object' && last.namespace, 'u7')
  })
})

test('RFC 4662 §5.5: a document that thousands of resources name is read once', () => {
  const resource = (at: number) =>
    `<resource uri="sip:u${at}@example.com"><instance id="i" state="active" cid="all"/></resource>`
  const rlmi =
    '<list xmlns="urn:ietf:params:xml:ns:rlmi" uri="sip:l@example.com" version="0" fullState="true">' +
    `${Array.from({ length: 2000 }, (_, at) => resource(at)).join('')}</list>`
  const body =
    `--b\r\nContent-Type: application/rlmi+xml\r\n\r\n${rlmi}\r\n--b\r\nContent-ID: <all>\r\n` +
    `Content-Type: application/pidf+xml\r\n\r\n${PIDF('open', '<dm:note>n</dm:note>'.repeat(10_000))}\r\n--b--`
  quickly(() => {
    const members = readPresence(body, 'multipart/related;boundary=b')
    assert.deepEqual([members.length, members.at(-1)?.note], [2000, 'n'])
  })
})

test('a client that is closed fetches no pictures any more, and tells of none', async (t) => {
  const asked: string[] = []
  const icons = {
    get: (url: string, { signal }: { signal?: AbortSignal | undefined } = {}) => {
      asked.push(url)
      return new Promise<undefined>((_, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
      })
    },
  }
  const { peer, client, clock } = await setUp(t, 'udp', { icons })
  const told: unknown[] = []
  client.on('icon', (icon) => told.push(icon))
  for (let at = 0; at < 20; at++) client.watch(`u${at}@example.com`)
  for (let at = 0; at < 20; at++) {
    const request = await peer.next('SUBSCRIBE')
    accept(request)
    const person = `<c:icon>http://h/${at}</c:icon>`
    await peer.notify(request, { state: 'active', body: PIDF('open', person) })
  }
  const before = asked.length
  assert.ok(before > 0 && before < 20)
  const closed = client.close()
  await settled()
  clock.advance(2000)
  await closed
  await settled()
  assert.deepEqual([asked.length, told], [before, []])
})

test('a cache of somebody else that rejects is a picture that cannot be had', async (t) => {
  const icons = { get: () => Promise.reject(new Error('no storage')) }
  const { peer, client } = await setUp(t, 'udp', { icons })
  const told: unknown[] = []
  client.on('icon', ({ url, image }) => told.push([url, image]))
  client.watch(BOB)
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  await peer.notify(request, { state: 'active', body: PIDF('open', '<c:icon>http://h/1</c:icon>') })
  await settled()
  assert.deepEqual(told, [['http://h/1', undefined]])
})

test('a client that is closed says so to whoever still waits, and to whoever asks later', async (t) => {
  const { peer, client, clock } = await setUp(t)
  const fetches = [client.fetchState(BOB), client.fetchWatchers()]
  const refused = fetches.map((fetch) => assert.rejects(fetch, /the client is closed/))
  await peer.next('SUBSCRIBE')
  const closed = client.close()
  await settled()
  clock.advance(2000)
  await closed
  await Promise.all(refused)
  await assert.rejects(client.fetchState(BOB), /the client is closed/)
  await assert.rejects(client.fetchWatchers(), /the client is closed/)
  await assert.rejects(client.publish({}), /the client is closed/)
  assert.throws(() => client.watch(BOB), /the client is closed/)
  assert.throws(() => client.watch([BOB]), /the client is closed/)
  assert.throws(() => client.watchWatchers(), /the client is closed/)
})

test('a client that was closed before it connected never connects', async (t) => {
  let opened = 0
  const transport = () => {
    opened++
    throw new Error('not reached')
  }
  const { client } = await setUp(t, 'udp', { transport })
  await client.close()
  assert.throws(() => client.watch(BOB), /the client is closed/)
  client.reconnect()
  assert.equal(opened, 0)
})

test('a server that takes each connection and ends it at once is asked less and less often', async (t) => {
  let opened = 0
  const transport = () => ({
    protocol: 'TCP' as const,
    open: (receiver: { closed(reason: Error): void }) => {
      opened++
      setImmediate(() => {
        receiver.closed(new Error('ended'))
      })
      return Promise.resolve({ host: '127.0.0.1', port: 5060 })
    },
    send: () => Promise.resolve(),
    close: () => Promise.resolve(),
  })
  const { client, clock, states } = await setUp(t, 'udp', { transport })
  client.watch(BOB)
  for (let looks = 0; looks < 100 && opened < 7; looks++) {
    await settled()
    clock.advance((states.at(-1)?.retryInSeconds ?? 0) * 1000)
  }
  const waits = states.flatMap(({ retryInSeconds = 0 }) =>
    retryInSeconds > 0 ? [retryInSeconds] : [],
  )
  assert.ok((waits.at(-1) ?? 0) > 10, `waits: ${waits.join(', ')}`)
  assert.equal(opened, 7)
})

test('a transport that cannot even be made is a connection that failed', async (t) => {
  const transport = () => {
    throw new Error('no such transport')
  }
  const { client, states } = await setUp(t, 'udp', { transport })
  client.watch(BOB)
  await settled()
  const [{ about, state, error } = assert.fail('nothing was told')] = states
  assert.deepEqual([about, state], ['connection', 'down'])
  assert.match(error?.message ?? '', /no such transport/)
})

test('a storage that is full or forbidden does not keep anybody from publishing', async (t) => {
  const forbidden = () => {
    throw new Error('QuotaExceededError')
  }
  const { peer, client } = await setUp(t, 'udp', {
    tagKeeper: { get: forbidden, keep: forbidden },
  })
  for (const note of ['one', 'two']) {
    const done = client.publish({ note })
    accept(await peer.next('PUBLISH'))
    await done
  }
})

for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', '../a.png']) {
  test(`RFC 4480 §3.12: ${url} is no picture that could be fetched, and the next one counts`, () => {
    const icons = `<c:icon>${url}</c:icon><rpid:status-icon>HTTPS://h/2</rpid:status-icon>`
    assert.deepEqual(readPresence(PIDF('open', icons))[0]?.icon, { url: 'HTTPS://h/2' })
    assert.equal(readPresence(PIDF('open', `<c:icon>${url}</c:icon>`))[0]?.icon, null)
  })
}

test('RFC 3261 §12.2.2: a NOTIFY that is older than the first one is refused and tells nothing', async (t) => {
  const { peer, client } = await setUp(t)
  const told: unknown[] = []
  client.on('presence', ({ basic }) => told.push(basic))
  client.watch(BOB)
  const request = await peer.next('SUBSCRIBE')
  accept(request)
  await peer.notify(request, { state: 'active', body: PIDF('open'), cseq: 5 })
  const late = await peer.notify(request, { state: 'active', body: PIDF('closed'), cseq: 4 })
  assert.match(late.startLine, /^SIP\/2\.0 500 /)
  await settled()
  assert.deepEqual(told, ['open'])
})

test('what nobody reads is bounded by number and by size, and the newest is kept', async () => {
  const many = createNotificationQueue<number>()
  for (let at = 1; at <= 5000; at++) many.push(at)
  assert.deepEqual(await many.next(), { done: false, value: 4001 })
  const large = createNotificationQueue<string>()
  for (let at = 1; at <= 8; at++) large.push(`${at}${'x'.repeat(1024 * 1024)}`)
  assert.equal((await large.next()).value?.[0], '6')
  const huge = createNotificationQueue<string>()
  for (const text of ['old', 'x'.repeat(8 * 1024 * 1024)]) huge.push(text)
  assert.equal((await huge.next()).value?.length, 8 * 1024 * 1024)
})

test('a NOTIFY without a body, which some SIP stacks give as null, tells nothing', () => {
  assert.deepEqual(readPresence(null, null), [])
  assert.deepEqual(readPresence(undefined), [])
})
