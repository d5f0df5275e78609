/** nginx as a server of static icons, by bench/peers/nginx.conf. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { runProgram, temporaryFolder, type Running } from './running.ts'

const CONFIGURATION = new URL('../peers/nginx.conf', import.meta.url)

export interface Nginx extends Running {
  readonly httpPort: number
  /** Of the icon that it serves. */
  readonly path: string
  readonly etag: string
}

export async function startNginx(icon: Uint8Array): Promise<Nginx> {
  const folder = await temporaryFolder()
  const httpPort = await freePort()
  await mkdir(join(folder, 'files'))
  await writeFile(join(folder, 'files', 'icon.png'), icon)
  const file = join(folder, 'nginx.conf')
  const text = await readFile(CONFIGURATION, 'utf8')
  const address = `127.0.0.1:${httpPort}`
  await writeFile(file, text.replaceAll('FOLDER', folder).replaceAll('ADDRESS', address))
  const url = `http://${address}/icon.png`
  const ask = () => fetch(url).catch(() => undefined)
  const running = await runProgram({
    program: 'nginx',
    // Its worker would be another user's, who may not see the folder.
    args: ['-c', file, '-p', folder, ...(process.getuid?.() === 0 ? ['-g', 'user root;'] : [])],
    folder,
    ready: async () => (await ask())?.ok === true,
  })
  const etag = (await ask())?.headers.get('etag') ?? ''
  return { ...running, httpPort, path: '/icon.png', etag }
}
