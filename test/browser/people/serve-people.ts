/** Builds the page of made-up people as the real one is built, and serves it with pictures on a loopback port. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { builtPage } from '../built-page.ts'

export interface ServedPeople {
  readonly url: string
  /** Paths of the pictures asked for, one for each request. */
  readonly pictures: string[]
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
}

export async function servePeople(): Promise<ServedPeople> {
  const files = await builtPage(fileURLToPath(new URL('.', import.meta.url)))
  const pictures: string[] = []
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    if (path.startsWith('/pictures/')) {
      pictures.push(path)
      void picture(path).then((body) => {
        response.writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'max-age=600' })
        response.end(body)
      })
      return
    }
    const body = files.get(path === '/' ? 'index.html' : path.slice(1))
    const type = TYPES[path === '/' ? 'html' : (path.split('.').pop() ?? '')]
    // As the service says it: nothing inline, nothing from elsewhere.
    // The tab's sign, which Chromium asks for by itself, is none here.
    const missing = path === '/favicon.ico' ? 204 : 404
    response.writeHead(body === undefined ? missing : 200, {
      ...(type && { 'Content-Type': type }),
      'Content-Security-Policy': "default-src 'self'; object-src 'none'",
    })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    pictures,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A square of one colour, told by the number in its name. */
function picture(path: string): Promise<Buffer> {
  const number = Number(/\d+/.exec(path)?.[0] ?? 0)
  const background = { r: (number * 67) % 256, g: (number * 131) % 256, b: (number * 29) % 256 }
  return sharp({ create: { width: 96, height: 96, channels: 3, background } })
    .png()
    .toBuffer()
}
