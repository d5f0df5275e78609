/** A flag wins over the environment, that over accounts.yaml. */
import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { addClientOptions, clientSettings, type ClientFlags } from '../../cli/client-options.ts'
import { UsageError } from '../../cli/usage-error.ts'
import { accountsFilePath } from '../../client/node/accounts-file.ts'
import { authority, authorityPath } from '../support/certificates.ts'

let home: string
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'visage-accounts-'))
  await mkdir(join(home, 'visage'))
})
after(() => rm(home, { recursive: true, force: true }))

const ACCOUNTS = `
accounts:
  - address: alice@example.com
    password: from file
    xcapRoot: https://xcap.example.com/xcap-root
    sip: tcp:sip.example.com:5070
  - address: sip:bob@example.com
    passwordCommand: printf 'from command\\nsecond line'
    default: true
  - address: alice@elsewhere.example
    password: other
`

async function settings(flags: ClientFlags, file: string | undefined = ACCOUNTS, mode = 0o600) {
  const path = join(home, 'visage', 'accounts.yaml')
  await rm(path, { force: true })
  if (file !== '') {
    await writeFile(path, file)
    await chmod(path, mode)
  }
  return clientSettings(flags, { XDG_CONFIG_HOME: home })
}

test('the file gives password, XCAP root and SIP server of the account named', async () => {
  assert.deepEqual(await settings({ account: 'alice@example.com' }), {
    aor: 'sip:alice@example.com',
    username: 'alice',
    password: 'from file',
    xcapRoot: 'https://xcap.example.com/xcap-root',
    sip: { transport: 'tcp', host: 'sip.example.com', port: 5070 },
    json: false,
  })
})

test('without a name it is the default account; its password is the first line of its command', async () => {
  const { aor, password, xcapRoot, sip } = await settings({})
  assert.equal(aor, 'sip:bob@example.com')
  assert.equal(password, 'from command')
  assert.equal(xcapRoot, 'http://127.0.0.1:8080/xcap-root')
  assert.deepEqual(sip, { transport: 'udp', host: '127.0.0.1', port: 5060 })
})

test('a part of one address is enough, a part of two is not', async () => {
  assert.equal((await settings({ account: 'bob' })).aor, 'sip:bob@example.com')
  assert.equal((await settings({ account: 'elsewhere' })).aor, 'sip:alice@elsewhere.example')
  await assert.rejects(settings({ account: 'alice' }), /more than one account matches alice/)
})

test('a whole address is never taken for part of a longer one', async () => {
  for (const account of ['lice@example.com', 'alice@example.co']) {
    assert.equal((await settings({ account, password: 'p' })).aor, `sip:${account}`)
  }
})

test('an address that the file does not know needs nothing of it', async () => {
  const { aor, password } = await settings({ account: 'sip:carol@Example.ORG', password: 'p' })
  assert.deepEqual([aor, password], ['sip:carol@example.org', 'p'])
})

test('what is given wins over the file', async () => {
  const flags = {
    account: 'alice@example.com',
    password: 'p',
    xcapRoot: 'http://[::1]:1/x',
    sip: 'UDP:[::1]:5062',
  }
  const { password, xcapRoot, sip } = await settings(flags)
  assert.deepEqual([password, xcapRoot], ['p', 'http://[::1]:1/x'])
  assert.deepEqual(sip, { transport: 'udp', host: '::1', port: 5062 })
})

test('a flag wins over the environment', async () => {
  process.env['VISAGE_XCAP_ROOT'] = 'http://environment/'
  process.env['VISAGE_PASSWORD'] = 'environment'
  try {
    const command = addClientOptions(new Command())
    await command.action(() => undefined).parseAsync(['--password', 'flag'], { from: 'user' })
    assert.deepEqual(command.opts(), { password: 'flag', xcapRoot: 'http://environment/' })
  } finally {
    delete process.env['VISAGE_XCAP_ROOT']
    delete process.env['VISAGE_PASSWORD']
  }
})

test('without a file an account must be named', async () => {
  await assert.rejects(settings({}, ''), (error) => {
    assert.ok(error instanceof UsageError)
    assert.match(error.message, /no account is named: use -a ADDRESS or set VISAGE_ACCOUNT/)
    return true
  })
})

for (const mode of [0o640, 0o604, 0o644]) {
  test(`a file of mode ${mode.toString(8)} can be read by others and is refused`, async () => {
    await assert.rejects(
      settings({}, ACCOUNTS, mode),
      /accounts\.yaml can be read by others; chmod 600/,
    )
  })
}

const MISTAKES: Record<string, [string, RegExp]> = {
  'no YAML': ['accounts: [', /accounts\.yaml: /],
  'no accounts': ['other: 1', /accounts\.yaml: /],
  'an unknown key': ['accounts: [{ address: a@b, pasword: x }]', /accounts\.0.*pasword/],
  'a wrong value': ['accounts: [{ address: a@b, xcapRoot: nowhere }]', /accounts\.0\.xcapRoot/],
  'two ways to one password': [
    'accounts: [{ address: a@b, password: x, passwordCommand: y }]',
    /exclude each other/,
  ],
}
for (const [what, [text, message]] of Object.entries(MISTAKES)) {
  test(`accounts.yaml with ${what} is refused with its place`, async () => {
    await assert.rejects(settings({}, text), message)
  })
}

for (const sip of [
  'localhost',
  'sctp:localhost:5060',
  'udp:localhost',
  'udp::5060',
  'udp:a:99999',
]) {
  test(`${sip} is no SIP server`, async () => {
    await assert.rejects(settings({ account: 'a@b', password: 'p', sip }), UsageError)
  })
}

test('--sip takes every transport, and --ca the authorities of its certificate', async () => {
  const asked = (sip: string, ca?: string) =>
    settings({ account: 'a@b', password: 'p', sip, ...(ca !== undefined && { ca }) })
  for (const transport of ['udp', 'tcp', 'tls', 'ws', 'wss']) {
    const { sip } = await asked(`${transport.toUpperCase()}:[::1]:5061`)
    assert.deepEqual(sip, { transport, host: '::1', port: 5061 })
  }
  assert.deepEqual((await asked('tls:a:5061', authorityPath)).sip.ca, authority)
  await assert.rejects(asked('tls:a:5061', '/no/such.pem'), UsageError)
})

test('a passwordCommand that fails is told', async () => {
  const text = 'accounts: [{ address: a@b.example, passwordCommand: exit 3 }]'
  await assert.rejects(settings({}, text), /passwordCommand failed \(3\)/)
})

test('XDG: the file stands in ~/.config when XDG_CONFIG_HOME is empty or relative', () => {
  for (const value of ['', 'relative']) {
    assert.match(
      accountsFilePath({ XDG_CONFIG_HOME: value }),
      /\/\.config\/visage\/accounts\.yaml$/,
    )
  }
})
