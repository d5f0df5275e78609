/** What bundlers make of the package, and the one file for a script tag. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createContext, Script } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { installPackage, type Installation } from './installation.ts'

let installed: Installation
before(async () => {
  installed = await installPackage()
})
after(() => installed.close())

interface Bundle {
  readonly code: string
  /** The files it is made of. */
  readonly modules: readonly string[]
  /** What it asks for when it runs. */
  readonly imports: readonly string[]
}

/** What of Vite's answer is looked at. */
interface Output {
  readonly output: readonly (
    | { readonly type: 'asset' }
    | {
        readonly type: 'chunk'
        readonly code: string
        readonly modules: Readonly<Record<string, unknown>>
        readonly imports: readonly string[]
        readonly dynamicImports: readonly string[]
      }
  )[]
}

/** Of one module, as Vite builds it for browsers. */
async function bundle(source: string): Promise<Bundle> {
  const entry = await installed.write('vendor.js', source)
  const outputs: unknown = await build({
    root: installed.folder,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'es2022', lib: { entry, formats: ['es'] } },
  })
  const [output] = outputs as readonly Output[]
  const chunks = (output?.output ?? []).filter((part) => part.type === 'chunk')
  return {
    code: chunks.map(({ code }) => code).join('\n'),
    modules: chunks.flatMap(({ modules }) => Object.keys(modules)),
    imports: chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]),
  }
}

test('a bundler for browsers gets what is made for browsers, and nothing of Node', async () => {
  const { modules, imports } = await bundle(`export * from '@visage/client'`)
  const madeOf = (part: string) => modules.some((module) => module.includes(part))
  assert.ok(madeOf('dist/client/browser/camera.js'))
  assert.ok(madeOf('sip.js/lib/core'))
  assert.ok(!madeOf('dist/client/node/'))
  assert.ok(!madeOf('/ws/'))
  assert.ok(!madeOf('browser-external'), 'a module of Node was asked for')
  assert.deepEqual(imports, [])
})

test('who only reads NOTIFYs gets neither a SIP stack nor XCAP into the bundle', async () => {
  for (const entry of ['@visage/client', '@visage/client/documents']) {
    const { code, modules } = await bundle(`export { readPresence } from '${entry}'`)
    assert.deepEqual(
      modules.filter((module) => /sip\.js|@noble|xcap-client|camera/.test(module)),
      [],
    )
    assert.ok(!code.includes('UserAgentCore'))
    assert.ok(gzipSync(code).length < 35_000, `${entry}: ${gzipSync(code).length} bytes`)
  }
})

test('who only reads and stores pictures gets no SIP stack into the bundle', async () => {
  const { code, modules } = await bundle(
    `export { createIconClient, createXcapClient } from '@visage/client'`,
  )
  assert.ok(modules.some((module) => module.includes('@noble/hashes')))
  assert.deepEqual(
    modules.filter((module) => module.includes('sip.js')),
    [],
  )
  assert.ok(gzipSync(code).length < 50_000, `${gzipSync(code).length} bytes`)
})

const SCRIPT = 'node_modules/@visage/client/dist/visage-client.js'

/** What pages give to scripts, as far as the library may touch it when it is loaded. */
function page(): Record<string, unknown> {
  return createContext({
    ...{ URL, TextDecoder, TextEncoder, fetch, crypto, AbortController, AbortSignal },
    setTimeout: (action: () => void, ms: number) => setTimeout(action, ms).unref(),
    clearTimeout,
  })
}

test('the file for a script tag is one classic script with the global Visage, and makes no other', async () => {
  const code = await readFile(join(installed.folder, SCRIPT), 'utf8')
  const window = page()
  const before = new Set(Object.getOwnPropertyNames(window))
  new Script(code).runInContext(window)
  const added = Object.getOwnPropertyNames(window).filter((name) => !before.has(name))
  assert.deepEqual(added, ['Visage'])
  const names = Object.keys(window['Visage'] as object)
  const modules = Object.keys(
    JSON.parse(
      await installed.node(
        '--input-type=module',
        '-e',
        `console.log(JSON.stringify({ ...(await import('@visage/client/browser')) }, (_, it) => typeof it === 'function' ? 1 : it))`,
      ),
    ) as object,
  )
  assert.deepEqual(names.sort(), modules.sort())
})

test('the file for a script tag asks for no module and is small', async (t) => {
  const code = await readFile(join(installed.folder, SCRIPT), 'utf8')
  assert.ok(!/\brequire\(|\bimport\(|^import /m.test(code))
  const length = gzipSync(code).length
  t.diagnostic(`${length} bytes gzipped`)
  assert.ok(length < 120_000, `${length} bytes`)
})

test('the file for a script tag makes a client that speaks over the WebSocket of the page', async () => {
  const window = page()
  const opened: string[] = []
  class WebSocket {
    readonly readyState = 0
    constructor(url: string, protocol: string) {
      opened.push(`${url} ${protocol}`)
    }
    addEventListener(): void {
      /* Never connects. */
    }
    close(): void {
      /* There is nothing. */
    }
  }
  Object.assign(window, { WebSocket, globalThis: window })
  const code = await readFile(join(installed.folder, SCRIPT), 'utf8')
  new Script(code).runInContext(window)
  const use = `
    const phone = Visage.createPresenceClient({
      account: 'alice@example.com',
      password: 'secret',
      transport: Visage.webSocketTransportTo('wss://example.com/ws'),
    })
    phone.watch('bob@example.com')
  `
  new Script(use).runInContext(window)
  assert.deepEqual(opened, ['wss://example.com/ws sip'])
})
