/** Somebody else's web softphone: a bare page on an origin of its own, which embeds the client package. */
import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where the page finds what the package brings. */
const BUNDLE = '/client/dist/visage-client.js'
export const MODULE = '@visage/client'

export interface SoftphoneSite {
  readonly origin: string
  close(): Promise<void>
}

/** `/` has the bundle in a script tag; `/modules` has an import map, so that ES modules come unbundled. */
export async function startSoftphoneSite(): Promise<SoftphoneSite> {
  const pages = new Map([
    ['/', page(`<script src="${BUNDLE}"></script>`)],
    ['/modules', page(`<script type="importmap">${JSON.stringify(await importMap())}</script>`)],
    ['/favicon.ico', ''],
  ])
  const server = createServer(({ url = '/' }, answer) => {
    const content = pages.get(url)
    const file = normalize(join(root, url))
    if (content !== undefined) answer.setHeader('Content-Type', 'text/html').end(content)
    else if (file.startsWith(root) && extname(file) === '.js' && existsSync(file)) {
      answer.setHeader('Content-Type', 'text/javascript')
      createReadStream(file).pipe(answer)
    } else answer.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function page(head: string): string {
  return `<!doctype html><html lang="en"><head><title>Softphone</title>${head}</head><body></body></html>`
}

/** The package, its peer, and all that it depends on, as a browser without a bundler needs to be told. */
async function importMap(): Promise<{ imports: Record<string, string> }> {
  const imports: Record<string, string> = { [MODULE]: '/client/dist/client/browser/index.js' }
  const visit = async (name: string) => {
    if (imports[name] !== undefined) return
    imports[name] = `/${relative(root, fileURLToPath(import.meta.resolve(name)))}`
    imports[`${name}/`] = `/node_modules/${name}/`
    for (const needed of await dependencies(`node_modules/${name}`)) await visit(needed)
  }
  for (const name of ['sip.js', ...(await dependencies('client'))]) await visit(name)
  return { imports }
}

async function dependencies(folder: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  return Object.keys(manifest.dependencies ?? {})
}
