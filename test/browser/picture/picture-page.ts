/** Serves my card on a loopback port and takes pictures as the service does, or refuses them. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createFormImageReader } from '../../../xcap-server/form-image.ts'
import { builtPage } from '../built-page.ts'

export interface PicturePage {
  readonly url: string
  /** What was sent, in order. */
  readonly pictures: Uint8Array[]
  /** How the next pictures are answered; 201 stores them. `hold`: not before it resolves. */
  answer: { status: number; body?: string; type?: string; hold?: Promise<void> }
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}
/** As the service says it: nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'"

export async function servePicturePage(): Promise<PicturePage> {
  const files = await builtPage(fileURLToPath(new URL('.', import.meta.url)))
  const pictures: Uint8Array[] = []
  const readImage = createFormImageReader({ maxBytes: 1024 * 1024 })

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const image = await readImage(request)
    const { status, body = '', type = 'text/plain', hold } = page.answer
    await hold
    if (status === 201) pictures.push(image)
    response.writeHead(status, { 'Content-Type': type }).end(body)
  }

  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      take(request, response).catch(() => response.destroy())
      return
    }
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1)
    const body = files.get(name)
    // The browser asks for a sign in the tab of its own accord.
    const missing = name === 'favicon.ico' ? 204 : 404
    response.writeHead(body === undefined ? missing : 200, {
      'Content-Type': TYPES[name.split('.').pop() ?? ''] ?? 'text/plain',
      'Content-Security-Policy': POLICY,
    })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const page: PicturePage = {
    url: `http://127.0.0.1:${port}/`,
    pictures,
    answer: { status: 201 },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return page
}
