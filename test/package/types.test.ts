/** TypeScript of vendors compiles against the package's declarations, wherever it runs. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { installPackage, root, type Installation } from './installation.ts'

let installed: Installation
before(async () => {
  installed = await installPackage()
  await installed.link('@types/node', join(root, 'node_modules/@types/node'))
  await installed.link('undici-types', join(root, 'node_modules/undici-types'))
})
after(() => installed.close())

const EVERYWHERE = `
import { createIconClient, createPresenceClient, createXcapClient, webSocketTransportTo } from '@visage/client'
import type { PrepareImage, Presence, PresenceClient } from '@visage/client'

export const prepare: PrepareImage = (bytes) => Promise.resolve({ mediaType: 'image/png', bytes })
const xcap = createXcapClient({ xcapRoot: 'https://example.com/xcap-root' })
export const icons = createIconClient({ xcap, xui: 'sip:alice@example.com', prepare })
export const phone: PresenceClient = createPresenceClient({
  account: 'alice@example.com',
  password: 'secret',
  transport: webSocketTransportTo('wss://example.com/ws'),
})
export async function faces(): Promise<(string | undefined)[]> {
  const seen: Presence[] = []
  for await (const presence of phone.watch('bob@example.com')) seen.push(presence)
  return seen.map(({ icon }) => icon?.url)
}
// @ts-expect-error: an address is no number
phone.watch(5)
`

const ON_NODE = `${EVERYWHERE}
import { createImagePreparation, sipTransportTo } from '@visage/client'
export const overUdp = sipTransportTo({ transport: 'udp', host: '127.0.0.1', port: 5060 })
export const looking: PrepareImage = createImagePreparation()
`

const IN_A_BROWSER = `${EVERYWHERE}
import { openCamera, prepareImage } from '@visage/client'
export const mine = createIconClient({ xcap, xui: 'sip:alice@example.com', prepare: prepareImage })
export const film: Promise<MediaStream> = openCamera().then(({ stream }) => stream)
`

const PROJECTS: readonly {
  readonly name: string
  readonly source: string
  readonly options: Readonly<Record<string, unknown>>
}[] = [
  {
    name: 'node16 resolution, without the DOM, every declaration checked',
    source: ON_NODE,
    options: { module: 'node16', moduleResolution: 'node16', lib: ['ES2023'], types: ['node'] },
  },
  {
    name: 'bundler resolution, with the DOM, without the types of Node, every declaration checked',
    source: IN_A_BROWSER,
    options: {
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      types: [],
    },
  },
  {
    name: 'bundler resolution that is told of browsers',
    source: IN_A_BROWSER,
    options: {
      module: 'esnext',
      moduleResolution: 'bundler',
      customConditions: ['browser'],
      lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
      types: [],
    },
  },
]

for (const [at, { name, source, options }] of PROJECTS.entries()) {
  test(`TypeScript compiles against the package: ${name}`, async () => {
    const place = `project-${at}`
    await installed.write(`${place}/vendor.ts`, source)
    const compilerOptions = {
      ...{ target: 'ES2022', strict: true, noEmit: true, skipLibCheck: false },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...options,
    }
    const config = JSON.stringify({ compilerOptions, files: ['vendor.ts'] })
    const file = await installed.write(`${place}/tsconfig.json`, config)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    await assert.doesNotReject(installed.node(compiler, '-p', file).catch(withOutput))
  })
}

/** The compiler prints what is wrong instead of raising it. */
function withOutput(error: unknown): never {
  throw new Error(String((error as { stdout?: unknown }).stdout))
}

test("declarations that a vendor meets name none of sip.js's types, which need the DOM", async () => {
  const place = join(installed.folder, 'node_modules/@visage/client/dist/client')
  const met = new Set<string>()
  const meet = async (file: string) => {
    if (met.has(file)) return
    met.add(file)
    const text = await readFile(file, 'utf8')
    assert.doesNotMatch(text, /from 'sip\.js/, file)
    for (const [, name = ''] of text.matchAll(/from '(\.[^']+)\.js'/g)) {
      await meet(join(dirname(file), `${name}.d.ts`))
    }
  }
  for (const entry of ['node/index.d.ts', 'browser/index.d.ts']) await meet(join(place, entry))
  assert.ok(met.size > 20)
})
