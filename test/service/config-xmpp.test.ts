/** Configuration of the XMPP gateway: when it is on, and what must hold between its settings and the others. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfiguration } from '../../service/config.ts'
import { ConfigurationError } from '../../service/config-problems.ts'

const DOMAINS = [{ name: 'a.example', aliases: 'b.example' }]

function read(settings: Record<string, unknown>, environment: Record<string, string> = {}) {
  const flags = { domains: DOMAINS, ...settings }
  return readConfiguration({ environment, flags, folder: '/somewhere' })
}

function problems(xmpp: Record<string, unknown>): string[] {
  try {
    read({ xmpp })
  } catch (error) {
    assert.ok(error instanceof ConfigurationError)
    return [...error.problems]
  }
  return []
}

test('the XMPP gateway is off unless its component and secret are given', () => {
  assert.deepEqual(read({}).xmpp.component, [])
  const on = { component: 'a.example', secret: 's', domains: 'x.example' }
  assert.deepEqual(read({ xmpp: on }).xmpp, {
    component: ['a.example'],
    secret: 's',
    host: '127.0.0.1',
    port: 5347,
    domains: ['x.example'],
    subscribeBack: true,
    fetchPictures: false,
  })
  assert.deepEqual(problems({ secret: 's' }), [
    'xmpp.component: is missing, and without it xmpp is off',
  ])
  assert.deepEqual(problems({ domains: 'x.example' }), [
    'xmpp.component: is missing, and without it xmpp is off',
  ])
  assert.deepEqual(problems({ component: 'a.example' }), [
    'xmpp.secret: is missing, and without it xmpp is off',
    'xmpp.domains: names nobody who may use it',
  ])
})

test('the secret of the XMPP component comes from a file, too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-secret-'))
  const file = join(folder, 'secret')
  writeFileSync(file, 'from a file\n')
  const xmpp = { component: 'a.example', domains: 'x.example' }
  assert.equal(read({ xmpp }, { VISAGE_XMPP_SECRET_FILE: file }).xmpp.secret, 'from a file')
  rmSync(folder, { recursive: true })
})

test('an XMPP component is a SIP domain that is served here, or reached by the proxy', () => {
  const far = { component: 'far.example', secret: 's', domains: 'x.example' }
  assert.deepEqual(problems(far), [
    'xmpp.component: far.example is none of domains, and elsewhere needs sip.outboundProxy',
  ])
  const sip = { outboundProxy: 'sip:127.0.0.1:5070' }
  assert.deepEqual(read({ xmpp: far, sip }).xmpp.component, ['far.example'])
  assert.deepEqual(problems({ ...far, component: 'b.example' }), [
    "xmpp.component: b.example is an alias; write the domain's name",
  ])
  assert.deepEqual(problems({ ...far, component: ['a.example', 'a.example'] }), [
    'xmpp.component: a.example is named twice',
  ])
})

test('no XMPP domain is a SIP domain', () => {
  const both = { component: 'a.example', secret: 's', domains: ['b.example', 'x.example'] }
  assert.deepEqual(problems(both), ['xmpp.domains: b.example is a SIP domain'])
})

test('the port of the XMPP server is a port', () => {
  const [problem] = problems({ port: 70_000 })
  assert.match(problem ?? '', /^xmpp\.port: expected a port of 1 to 65535/)
})

test('the host of the XMPP server has its port beside it, not behind it', () => {
  for (const host of ['x.example', 'localhost', 'x_1.example', '10.0.0.1', '::1']) {
    assert.equal(read({ xmpp: { host } }).xmpp.host, host)
  }
  assert.equal(read({ xmpp: { host: '[::1]' } }).xmpp.host, '::1')
  for (const host of ['x.example:5347', 'x example', 'x..example', 'bob@x.example', 'tcp://x']) {
    assert.deepEqual(problems({ host }), [
      `xmpp.host: expected a host name or IP address, without a port, not ${JSON.stringify(host)}`,
    ])
  }
})
