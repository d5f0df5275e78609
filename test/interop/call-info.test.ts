/**
 * Who calls is seen while the phone rings: deploy/examples/behind-kamailio/kamailio.cfg writes where the caller's picture is.
 *
 *   alice (scripted)     Kamailio                bob's baresip          Visage
 *        |--- INVITE ------->|                         |                   |
 *        |<-- 407 -----------|                         |                   |
 *        |--- INVITE ------->|  with Call-Info of       |                   |
 *        |                   |  somebody else          |                   |
 *        |                   |--- INVITE, Call-Info -->|                   |
 *        |<-- 180 -----------|<------------------------|--- GET /icons/… ->|
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { startBaresip } from '../support/baresip.ts'
import { startKamailio } from '../support/kamailio.ts'
import { requireProgram } from '../support/programs.ts'
import { openSipClient, type SipClient } from '../support/sip-client.ts'
import { PASSWORD, run, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { signIn } from '../xcap/support/xcap-caller.ts'

const BOB = 'sip:bob@localhost'
const FORGED = [
  'Call-Info: <http://127.0.0.1:9/mallory.png>;purpose=icon, <http://127.0.0.1:9/card>;purpose=card',
  'call-info: <sip:localhost>;answer-after=0',
]

/** Milliseconds: Kamailio and a phone stand between. */
const PATIENCE = 15_000

let visage: VisageProcess

before(async () => {
  visage = await startVisage({
    users: ['alice@localhost', 'mallory@localhost'],
    config: { icons: { byAddress: 'public' } },
  })
  await putIcon('alice', '#3366cc')
  await putIcon('mallory', '#cc3333')
})

after(() => visage.end())

async function putIcon(user: string, background: string): Promise<void> {
  const file = join(visage.folder, `${user}.png`)
  const image = sharp({ create: { width: 128, height: 128, channels: 3, background } })
  await writeFile(file, await image.png().toBuffer())
  const put = await run('xcap-icon', ['-f', file, ...visage.as(`${user}@localhost`), 'PUT'])
  assert.equal(put.code, 0, put.stderr)
}

test('RFC 3261 §20.9: the phone that rings is told where the picture of the caller is, and nothing that the caller says', async (t) => {
  if (!requireProgram(t, 'kamailio') || !requireProgram(t, 'baresip')) return
  const kamailio = await startKamailio({
    users: ['alice', 'bob'],
    visagePort: visage.sipPort,
    visageUrl: `http://127.0.0.1:${visage.httpPort}`,
  })
  t.after(() => kamailio.stop())
  const bob = await startBaresip({ user: 'bob', server: kamailio.port })
  t.after(() => bob.stop('SIGKILL'))
  await bob.registered()
  const alice = await openSipClient(kamailio.port)
  t.after(() => alice.close())

  await callAs(alice, 'alice')
  const [invite = ''] = await bob.traced('INVITE')
  const lines = invite.split(/\r?\n/).filter((line) => /^call-info\s*:/i.test(line))
  assert.equal(lines.length, 1, invite)
  const url = /^Call-Info: <(http:[^>]+)>;purpose=icon$/.exec(lines[0] ?? '')?.[1]
  assert.ok(url, lines[0])
  const picture = await fetch(url)
  assert.equal(picture.status, 200)
  const pixels = await sharp(await picture.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true })
  assert.deepEqual([pixels.info.width, ...pixels.data.subarray(0, 3)], [96, 0x33, 0x66, 0xcc])
})

/** Rings until the other phone says so; then the caller thinks better of it. */
async function callAs(phone: SipClient, user: string): Promise<void> {
  const call = { user, port: phone.port }
  phone.send(request('INVITE', { ...call, cseq: 1, more: FORGED }))
  const asked = await phone.receive(({ status }) => status === 407, '407', PATIENCE)
  phone.send(request('ACK', { ...call, cseq: 1, to: asked.header('To') ?? '' }))
  const proof = signIn({
    ...{ method: 'INVITE', target: BOB, username: user, password: PASSWORD },
    challenge: asked.header('Proxy-Authenticate') ?? '',
  })
  const more = [`Proxy-Authorization: ${proof}`, ...FORGED]
  phone.send(request('INVITE', { ...call, cseq: 2, more }))
  await phone.receive(({ status }) => status === 180, '180', PATIENCE)
  phone.send(request('CANCEL', { ...call, cseq: 2 }))
  const ended = await phone.receive(({ status }) => status === 487, '487', PATIENCE)
  phone.send(request('ACK', { ...call, cseq: 2, to: ended.header('To') ?? '' }))
}

function request(
  method: string,
  {
    user,
    port,
    cseq,
    to = `<${BOB}>`,
    more = [],
  }: { user: string; port: number; cseq: number; to?: string; more?: readonly string[] },
): string {
  const body =
    method === 'INVITE'
      ? 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n'
      : ''
  return [
    `${method} ${BOB} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bK-call-${cseq}`,
    `From: <sip:${user}@localhost>;tag=1928`,
    `To: ${to}`,
    'Call-ID: who-calls@127.0.0.1',
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    `Contact: <sip:${user}@127.0.0.1:${port}>`,
    ...more,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}
