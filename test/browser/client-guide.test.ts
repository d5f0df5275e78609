/** docs/client.md: the examples for web pages, in Chromium, from an origin of their own. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { createIconClient } from '../../client/icon-client.ts'
import { createImagePreparation } from '../../client/node/image-preparation.ts'
import { createXcapClient } from '../../client/xcap-client.ts'
import { startChromium, type Chromium } from './chromium.ts'
import { isInstalled } from '../setup/debian-tools.mjs'
import { requireProgram } from '../support/programs.ts'
import { PASSWORD, startVisage, type VisageProcess } from '../support/visage-process.ts'
import { readGuide, type Guide } from '../package/client-guide.ts'
import { installPackage, root, type Installation } from '../package/installation.ts'

const PATIENCE = 30_000
const ALICE = join(root, 'docs/alice.png')

let installed: Installation
let visage: VisageProcess
let chromium: Chromium | undefined
let site: Server
let guide: Guide

before(async () => {
  visage = await startVisage({
    config: {
      domains: [{ name: 'example.com', aliases: ['127.0.0.1'] }],
      sip: { webSocketOrigins: ['*'] },
    },
    users: ['alice@example.com', 'bob@example.com'],
  })
  guide = readGuide({
    'https://visage.example.com': `http://127.0.0.1:${visage.httpPort}`,
    'wss://visage.example.com': `ws://127.0.0.1:${visage.httpPort}`,
  })
  installed = await installPackage()
  await putIcon()
  if (isInstalled('chromium')) chromium = await startChromium({ camera: 'none' })
  site = createServer((request, response) => {
    void contentOf(request.url ?? '/').then((content) => {
      const type = request.url?.endsWith('.js') ? 'text/javascript' : 'text/html'
      response.writeHead(content === undefined ? 404 : 200, { 'Content-Type': type }).end(content)
    })
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
})

after(async () => {
  await chromium?.end()
  site.closeAllConnections()
  site.close()
  await visage.end()
  await installed.close()
})

async function putIcon(): Promise<void> {
  const credentials = { username: 'alice', password: PASSWORD }
  const xcap = createXcapClient({ xcapRoot: visage.xcapRoot, credentials })
  const prepare = createImagePreparation()
  const icons = createIconClient({ xcap, xui: 'sip:alice@example.com', prepare })
  await icons.put(await readFile(ALICE))
}

/** `/0`, `/1`, … are the pages, beside them their scripts. */
async function contentOf(path: string): Promise<string | undefined> {
  const name = path.slice(1)
  const page = guide.pages[Number(name)]
  if (page) return `<!doctype html><html lang="en"><title>Softphone</title>${page.html}</html>`
  const dist = join(installed.folder, 'node_modules/@visage/client/dist')
  if (name === 'visage-client.js') return readFile(join(dist, name), 'utf8')
  const script = guide.scripts.get(name)
  return script?.includes('import ') ? bundled(name, script) : script
}

/** As the vendor's own tools make it. */
async function bundled(name: string, script: string): Promise<string> {
  const entry = await installed.write(name, script)
  const outputs: unknown = await build({
    root: installed.folder,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'es2022', lib: { entry, formats: ['es'] } },
  })
  const [made] = outputs as { readonly output: readonly { readonly code?: string }[] }[]
  return made?.output[0]?.code ?? assert.fail(`${name} gives nothing`)
}

/** The page under that heading. */
async function open(t: TestContext, title: string): Promise<Page | undefined> {
  if (!requireProgram(t, 'chromium') || !chromium) return undefined
  const at = guide.pages.findIndex((page) => page.title === title)
  const page = await chromium.browser.newPage()
  t.after(() => page.close())
  page.setDefaultTimeout(PATIENCE)
  page.on('pageerror', (error) => {
    assert.fail(error)
  })
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/${at}`)
  return page
}

/** Pixels on a side of the picture, once it is there. */
async function shown(page: Page, selector: string): Promise<number> {
  const picture = page.locator(selector)
  await picture.waitFor({ state: 'attached' })
  const loaded = await page.waitForFunction(
    (wanted) => document.querySelector<HTMLImageElement>(wanted)?.naturalWidth,
    selector,
  )
  return (await loaded.jsonValue()) ?? 0
}

test('docs/client.md, A script tag: the page shows the picture of whoever is watched', async (t) => {
  const page = await open(t, 'A script tag')
  if (!page) return
  assert.equal(await shown(page, '#buddies img'), 256)
  await page.addScriptTag({ content: guide.scripts.get('buddies-online.js') ?? '' })
  await page.evaluate(() => dispatchEvent(new Event('online')))
})

test('docs/client.md, Pictures for a softphone that you have: a UserAgent of SIP.js gets faces', async (t) => {
  const page = await open(t, 'Pictures for a softphone that you have')
  if (!page) return
  assert.equal(await shown(page, '#alice img'), 256)
  const src = await page.locator('#alice img').getAttribute('src')
  assert.match(src ?? '', /\/i\//)
})

test('docs/client.md, Your own picture: a file that somebody chooses is stored and shown', async (t) => {
  const page = await open(t, 'Your own picture')
  if (!page) return
  await page.locator('#file').setInputFiles(ALICE)
  assert.equal(await shown(page, '#mine'), 256)
})
