/**
 * The client package in web pages of somebody else's origin, in Chromium: from a script tag, and as modules.
 *
 *   softphone's page (origin A)          Visage (origin B)
 *        |--- OPTIONS (CORS) --------------->|
 *        |--- PUT icon --------------------->|  401, challenge readable
 *        |--- PUT icon, Digest ------------->|  201, ETag readable
 *        |--- GET icon, If-None-Match ------>|  304
 *        |=== WebSocket, SUBSCRIBE =========>|
 *        |<== NOTIFY, URL of the icon =======|
 *        |--- GET icon, no credentials ----->|  200
 */
import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import type { JSHandle } from 'playwright-core'
import { PASSWORD } from '../support/visage-process.ts'
import type { BrowserPage } from './browser-page.ts'
import { assertColours, coloursOf } from './image-colours.ts'
import { MODULE, startSoftphoneSite, type SoftphoneSite } from './softphone-site.ts'
import { setStage } from './stage.ts'

type Library = typeof import('../../client/browser/index.ts')

const stage = setStage({ users: ['alice', 'bob'], config: { sip: { webSocketOrigins: ['*'] } } })
const { test } = stage
let site: SoftphoneSite

before(async () => {
  site = await startSoftphoneSite()
})

after(() => site.close())

interface Softphone extends BrowserPage {
  readonly library: JSHandle<Library>
}

const ways = {
  'a script tag': { path: '/', load: () => (globalThis as { Visage?: unknown }).Visage },
  modules: { path: '/modules', load: (name: string) => import(name) as Promise<unknown> },
}

async function softphone(t: TestContext, way: keyof typeof ways): Promise<Softphone> {
  const opened = await stage.open(t, [site.origin])
  const { path, load } = ways[way]
  await opened.page.goto(site.origin + path)
  const library = await opened.page.evaluateHandle(load as () => unknown, MODULE)
  return { ...opened, library: library as JSHandle<Library> }
}

const STRIPES = {
  topLeft: [250, 20, 20],
  bottomLeft: [250, 20, 20],
  topRight: [20, 20, 250],
  bottomRight: [20, 20, 250],
} as const

/** Paints a picture, larger than an icon may be, and stores it. */
function putStriped({ page, library }: Softphone, user: string, password = PASSWORD) {
  const account = { xcapRoot: stage.visage.xcapRoot, user, password }
  return page.evaluate(
    async ({ library, account: { xcapRoot, user, password } }) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 600 })
      const drawing = canvas.getContext('2d')!
      drawing.fillStyle = 'rgb(250 20 20)'
      drawing.fillRect(0, 0, 300, 600)
      drawing.fillStyle = 'rgb(20 20 250)'
      drawing.fillRect(300, 0, 300, 600)
      const blob = await new Promise<Blob | null>((resolve) => {
        canvas.toBlob(resolve)
      })
      const xcap = library.createXcapClient({ xcapRoot, credentials: { username: user, password } })
      const xui = `sip:${user}@localhost`
      const { prepareImage: prepare } = library
      const icons = library.createIconClient({ xcap, xui, prepare })
      const { name, answer } = await icons.put(new Uint8Array(await blob!.arrayBuffer()))
      const uri = { auid: 'oma_status-icon', xui, path: [name] }
      const again = await xcap.get(uri, { ifNoneMatch: answer.etag! })
      return { put: answer.status, etag: answer.etag, again: again.status }
    },
    { library, account },
  )
}

for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
  test(`from ${way}: a page of another origin stores a picture, answers Digest itself and reads the ETag`, async (t) => {
    const phone = await softphone(t, way)
    phone.record.expect(/status of 401/)
    const cookies: string[] = []
    phone.page.on('request', (request) => {
      const { cookie } = request.headers()
      if (cookie !== undefined) cookies.push(cookie)
    })
    const { put, etag, again } = await putStriped(phone, 'alice')
    assert.equal(put, 201)
    assert.match(etag ?? '', /^\w/)
    assert.equal(again, 304)
    assert.deepEqual(cookies, [])
  })

  test(`from ${way}: a wrong password is an XcapError, and no dialog of the browser`, async (t) => {
    const phone = await softphone(t, way)
    phone.record.expect(/status of 401/)
    await assert.rejects(putStriped(phone, 'alice', 'wrong'), /XcapError/)
  })

  test(`from ${way}: a page of another origin watches over its WebSocket and shows the picture that is announced`, async (t) => {
    const phone = await softphone(t, way)
    phone.record.expect(/status of 401/)
    await putStriped(phone, 'alice')
    const server = `ws://127.0.0.1:${stage.visage.httpPort}/ws`
    const seen = await phone.page.evaluate(
      async ({ library, server, password }) => {
        const client = library.createPresenceClient({
          account: 'bob@localhost',
          password,
          transport: library.webSocketTransportTo(server),
        })
        for await (const { icon, subscription } of client.watch('alice@localhost')) {
          if (icon === null) continue
          const picture = Object.assign(new Image(), { crossOrigin: 'anonymous', src: icon.url })
          document.body.append(picture)
          await client.close()
          return { subscription }
        }
        return undefined
      },
      { library: phone.library, server, password: PASSWORD },
    )
    assert.deepEqual(seen, { subscription: 'active' })
    assertColours(await coloursOf(phone.page.locator('img')), STRIPES)
  })
}
