/** `visage contacts` as a person types it, on a whole service. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createPresenceClient } from '../../client/presence-client.ts'
import { sipTransportTo } from '../../client/node/sip-transports.ts'
import { silentLog } from '../../core/model/log.ts'
import { readConfiguration } from '../../service/config.ts'
import { startVisage, type Visage } from '../../service/main.ts'
import { systemClock } from '../../service/system-clock.ts'
import { runCommand } from './command.ts'

const PASSWORD = 'correct horse'
const USERS = ['alice', 'bob', 'erin', 'frank', 'carol@other.example', 'dave@other.example']

let folder: string
let visage: Visage
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'visage-contacts-'))
  const flags = {
    domains: ['localhost', 'other.example'],
    data: join(folder, 'data'),
    http: { listen: '127.0.0.1:0' },
    sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
    admin: { listen: [] },
  }
  const configuration = readConfiguration({ environment: {}, folder, flags })
  visage = await startVisage(configuration, { log: silentLog, clock: systemClock })
  for (const user of USERS) {
    const address = user.includes('@') ? user : `${user}@localhost`
    await visage.accounts.add({ address, password: PASSWORD })
  }
})
after(async () => {
  await visage.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Speaks for one of the accounts; each test has its own. */
const contactsOf =
  (user: string, sip = visage.addresses.sip[1] ?? '') =>
  (...args: string[]) => {
    const env = {
      VISAGE_ACCOUNT: `${user}@localhost`,
      VISAGE_PASSWORD: PASSWORD,
      VISAGE_XCAP_ROOT: visage.addresses.xcapRoot,
      VISAGE_SIP: sip,
    }
    return runCommand('visage', ['contacts', ...args], { home: folder, env })
  }

interface Listed {
  contacts: { address: string; relation: string; pendingOut: boolean; pendingIn: boolean }[]
  notes: string[]
}

describe('visage contacts', { concurrency: 3 }, () => {
  test('a contact is added, shown and removed', async () => {
    const contacts = contactsOf('bob')
    const added = await contacts('add', 'erin@localhost', '--name', 'Erin', '--group', 'work')
    assert.equal(added.stdout, 'sip:erin@localhost is on your list work\n', added.stderr)
    const again = await contacts('add', 'erin@localhost')
    assert.equal(again.stdout, 'sip:erin@localhost is on your list (as before)\n')
    const { stdout } = await contacts('list', '--offline')
    assert.equal(
      stdout,
      'GROUP  NAME  ADDRESS         RELATION\n' +
        'work   Erin  erin@localhost  to\n' +
        'Note: From your lists and rules alone: the SIP server was not asked.\n' +
        'Note: You have no presence rules: the policy of the server decides who sees you, usually that your own domain does.\n',
    )
    const removed = await contacts('remove', 'erin@localhost', '--json')
    assert.deepEqual(JSON.parse(removed.stdout), {
      ...{ address: 'sip:erin@localhost', changed: true, firstRules: false, notes: [] },
    })
    assert.match((await contacts('list', '--offline')).stdout, /^No contacts\.\n/)
  })

  test('allow, block and forget change the relation', async () => {
    const contacts = contactsOf('erin')
    const relation = async () => {
      const { stdout } = await contacts('list', '--offline')
      return /carol@other\.example\s+(.*)/.exec(stdout)?.[1]
    }
    const allowed = await contacts('allow', 'carol@other.example')
    const [first, ...notes] = allowed.stdout.trimEnd().split('\n')
    assert.equal(first, 'sip:carol@other.example may see you', allowed.stderr)
    assert.match(notes[0] ?? '', /^Note: You had no presence rules/)
    assert.equal(await relation(), 'from')
    assert.equal((await contacts('block', 'carol@other.example')).code, 0)
    assert.equal(await relation(), 'none      blocked')
    assert.equal((await contacts('block', '--polite', 'carol@other.example')).code, 0)
    assert.equal(await relation(), 'none      blocked politely')
    assert.equal((await contacts('forget', 'carol@other.example')).code, 0)
    assert.equal(await relation(), undefined)
  })

  test('RFC 6121 §2.1.2: who was asked and who wants to see me is shown', async () => {
    const contacts = contactsOf('alice')
    await contacts('add', 'carol@other.example')
    await contacts('add', 'bob@localhost')
    const [, sip = ''] = visage.addresses.sip
    const dave = createPresenceClient({
      account: 'dave@other.example',
      password: PASSWORD,
      transport: sipTransportTo({
        transport: 'tcp',
        host: '127.0.0.1',
        port: Number(sip.split(':').at(-1)),
      }),
    })
    try {
      const asking = dave.watch('alice@localhost')[Symbol.asyncIterator]()
      const asked = await asking.next()
      assert.equal(asked.value?.subscription, 'pending')
      const { stdout, stderr } = await contacts('list', '--json')
      const { contacts: all } = JSON.parse(stdout || '{}') as Listed
      const shown = all.map(({ address, relation, pendingOut, pendingIn }) =>
        [address, relation, pendingOut && 'asked', pendingIn && 'wants'].filter(Boolean).join(' '),
      )
      assert.deepEqual(
        shown,
        [
          'sip:carol@other.example none asked',
          'sip:bob@localhost to',
          'sip:dave@other.example none wants',
        ],
        stderr,
      )
      assert.match((await contacts('list')).stdout, /dave@other\.example +none +wants to see you\n/)
    } finally {
      await dave.close()
    }
  })

  test('a SIP server that is away leaves the list, and is told', async () => {
    const contacts = contactsOf('frank', 'tcp:127.0.0.1:9')
    await contacts('add', 'bob@localhost')
    const { code, stdout } = await contacts('list', '--json')
    assert.equal(code, 0)
    const { contacts: all, notes } = JSON.parse(stdout) as Listed
    assert.deepEqual(
      all.map(({ address, relation }) => `${address} ${relation}`),
      ['sip:bob@localhost to'],
    )
    assert.equal(notes.length, 2)
  })

  const MISTAKES: [what: string, args: string[], code: number, message: RegExp][] = [
    ['no address', ['add', 'not an address'], 2, /^Error: not an address is no address/],
    ['oneself', ['allow', 'frank@localhost'], 2, /^Error: frank@localhost is your own address/],
    ['no such command', ['befriend'], 2, /unknown command/],
    [
      'a wrong password',
      ['add', 'bob@localhost', '--password', 'x'],
      1,
      /^Error: wrong user name or password/,
    ],
  ]
  for (const [what, args, code, message] of MISTAKES) {
    test(`${what} ends with ${code} and says why`, async () => {
      const ended = await contactsOf('frank')(...args)
      assert.equal(ended.code, code, ended.stderr)
      assert.match(ended.stderr, message)
    })
  }
})
