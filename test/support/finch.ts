/** finch (libpurple) over TCP, on a terminal of tmux: what it draws is what a person would see. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PASSWORD } from './visage-process.ts'

/** How finch draws a buddy in UTF-8. It knows no more of presence than open and closed. */
const SYMBOLS = { online: '◯', offline: '⊗' } as const

export interface Finch {
  screen(): Promise<string>
  /** Waits until the buddy list shows this. */
  shows(buddy: string, status: keyof typeof SYMBOLS): Promise<void>
  stop(): Promise<void>
}

export async function startFinch({
  user,
  server,
  buddies = [],
  publishes = false,
}: {
  user: string
  /** SIP port of Visage on 127.0.0.1. */
  server: number
  buddies?: readonly string[]
  publishes?: boolean
}): Promise<Finch> {
  const home = await mkdtemp(join(tmpdir(), 'visage-finch-'))
  await writeFile(join(home, 'accounts.xml'), account(user, server, publishes))
  await writeFile(join(home, 'blist.xml'), buddyList(user, buddies))
  await writeFile(join(home, 'prefs.xml'), PREFERENCES)
  const tmux = async (...args: string[]) =>
    (await promisify(execFile)('tmux', ['-S', join(home, 'tmux'), '-f', '/dev/null', ...args]))
      .stdout
  const size = ['-x', '100', '-y', '30']
  const environment = `env HOME=${home} LANG=C.UTF-8`
  await tmux('-u', 'new-session', '-d', ...size, `${environment} finch -c ${home} 2>/dev/null`)
  const screen = () => tmux('capture-pane', '-p')
  return {
    screen,
    shows: async (buddy, status) => {
      const give = Date.now() + 25_000
      let now = await screen()
      while (!now.includes(`${SYMBOLS[status]} ${buddy}`)) {
        if (Date.now() > give) throw new Error(`${buddy} is not ${status}:\n${now}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
        now = await screen()
      }
    },
    stop: async () => {
      await tmux('kill-server').catch(() => undefined)
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

function account(user: string, server: number, publishes: boolean): string {
  const setting = (name: string, type: string, value: string | number) =>
    `<setting name='${name}' type='${type}'>${value}</setting>`
  const settings = [
    setting('proxy', 'string', '127.0.0.1'),
    setting('useproxy', 'bool', 1),
    setting('port', 'int', server),
    setting('udp', 'bool', 0),
    setting('dopublish', 'bool', publishes ? 1 : 0),
  ].join('')
  return `<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-simple</protocol><name>${user}@localhost</name><password>${PASSWORD}</password>
<statuses><status type='available' name='Available' active='true'><attributes/></status></statuses>
<settings>${settings}</settings>
<settings ui='gnt-purple'>${setting('auto-login', 'bool', 1)}</settings></account></account>
`
}

function buddyList(user: string, buddies: readonly string[]): string {
  const contacts = buddies.map(
    (buddy) =>
      `<contact><buddy account='${user}@localhost' proto='prpl-simple'><name>sip:${buddy}@localhost</name><alias>${buddy}</alias></buddy></contact>`,
  )
  return `<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist><group name='Buddies'>${contacts.join('')}</group></blist></purple>
`
}

const PREFERENCES = `<?xml version='1.0' encoding='UTF-8' ?>
<pref version='1' name='/'><pref name='finch'><pref name='blist'><pref name='showoffline' type='bool' value='1'/></pref></pref></pref>
`
