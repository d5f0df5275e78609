/** Kamailio as a presence server, by bench/peers/kamailio.cfg. */
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { runProgram, temporaryFolder, type Running } from './running.ts'

const CONFIGURATION = new URL('../peers/kamailio.cfg', import.meta.url)
/** Debian's. */
const TABLES = '/usr/share/kamailio/db_sqlite'

/** As Visage asks for: of a fan-out to 1,000 the answers arrive at once. */
const RECEIVE_BUFFER = String(4 << 20)

/** Its database waits for no disk, as Visage's event state does not. */
const MEMORY_DISK = '/dev/shm'

/** Where its subscriptions and publications live. */
const STORAGE = {
  memory: { SUBS_DB_MODE: '0', PUBL_CACHE: '2' },
  sqlite: { SUBS_DB_MODE: '1', PUBL_CACHE: '0' },
} as const

export type KamailioStorage = keyof typeof STORAGE

export async function startKamailio(
  storage: KamailioStorage,
): Promise<Running & { readonly sipPort: number }> {
  const folder = await temporaryFolder(existsSync(MEMORY_DISK) ? MEMORY_DISK : undefined)
  const sipPort = await freePort()
  const database = join(folder, 'kamailio.db')
  await createDatabase(database)
  const file = join(folder, 'kamailio.cfg')
  const settings = { ADDRESS: `127.0.0.1:${sipPort}`, DATABASE: `sqlite:///${database}` }
  const text = withSettings(await readFile(CONFIGURATION, 'utf8'), {
    ...settings,
    ...STORAGE[storage],
  })
  await writeFile(file, text)
  const running = await runProgram({
    program: 'kamailio',
    args: [
      '-f',
      file,
      '-DD',
      '-E',
      '-w',
      folder,
      '-Y',
      folder,
      '-m',
      '1024',
      '-M',
      '64',
      '-b',
      RECEIVE_BUFFER,
    ],
    folder,
    ready: () => answers(sipPort),
  })
  return { ...running, sipPort }
}

/** The write-ahead log is the faster of its journals. */
async function createDatabase(file: string): Promise<void> {
  const scripts = ['standard', 'presence'].map((name) =>
    readFile(join(TABLES, `${name}-create.sql`), 'utf8'),
  )
  const input = `PRAGMA journal_mode=WAL;\n${(await Promise.all(scripts)).join('\n')}`
  const made = spawnSync('sqlite3', [file], { input, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`sqlite3: ${made.stderr}`)
}

function withSettings(text: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings).reduce(
    (configuration, [name, value]) =>
      configuration.replaceAll(new RegExp(`^([^#].*)\\b${name}\\b`, 'gm'), `$1${value}`),
    text,
  )
}

/** Whether anything answers an OPTIONS. */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const answered = once(socket, 'message').then(() => true)
  socket.send(
    `OPTIONS sip:bench.example SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${socket.address().port};rport;branch=z9hG4bKo\r\n` +
      'Max-Forwards: 70\r\nFrom: <sip:b@bench.example>;tag=b\r\nTo: <sip:b@bench.example>\r\n' +
      'Call-ID: o@bench\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
    port,
    '127.0.0.1',
  )
  const late = new Promise<boolean>((resolve) => {
    setTimeout(() => {
      resolve(false)
    }, 200)
  })
  const answer = await Promise.race([answered, late])
  socket.close()
  return answer
}
