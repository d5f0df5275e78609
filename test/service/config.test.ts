/** Configuration: shapes, defaults, what wins, and how a mistake is named. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { readConfiguration, type ConfigurationSources } from '../../service/config.ts'
import { ConfigurationError } from '../../service/config-problems.ts'

const folder = mkdtempSync(join(tmpdir(), 'visage-config-'))
const file = join(folder, 'visage.yaml')
after(() => {
  rmSync(folder, { recursive: true })
})

function read(yaml: string, { environment = {}, flags = {} }: Partial<ConfigurationSources> = {}) {
  writeFileSync(file, yaml)
  return readConfiguration({ file, environment, flags, folder: '/somewhere' })
}

function problems(yaml: string, sources: Partial<ConfigurationSources> = {}): string {
  try {
    read(yaml, sources)
  } catch (error) {
    assert.ok(error instanceof ConfigurationError)
    return error.problems.join('\n').replaceAll(`${file}: `, '')
  }
  return assert.fail('accepted')
}

test('only domains must be given; everything else has its default', () => {
  const configuration = read('domains: example.com')
  assert.deepEqual(configuration.domains, [
    {
      name: 'example.com',
      realm: 'example.com',
      aliases: [],
      defaultPolicy: 'allow-domain',
      externalAccounts: false,
      iconApproval: 'off',
    },
  ])
  assert.deepEqual(configuration.http.listen, [{ address: { host: '127.0.0.1', port: 8080 } }])
  assert.equal(configuration.data, '/somewhere/data')
  assert.equal(configuration.icons.maxBase64Bytes, 307_200)
  assert.equal(configuration.presence.maxExpires, 3600)
})

test('the example file parses and says the defaults, every key of them', () => {
  const example = readFileSync(new URL('../../docs/visage.example.yaml', import.meta.url), 'utf8')
  const defaults = read('domains: example.com\ndata: ./data')
  const { applicationUsages, ...rest } = read(example)
  assert.deepEqual({ ...rest, applicationUsages: [] }, defaults)
  // One to try XCAP on.
  assert.deepEqual(applicationUsages, [
    { auid: 'test-app', namespace: 'test-app', mediaType: 'application/test-app+xml' },
  ])
  assert.deepEqual(
    read(example.replace(/# (publicUrl: \S+).*$/gm, '$1')).http.publicUrl,
    'https://icons.example.com',
  )
})

test('every shape of the documented keys is taken', () => {
  const configuration = read(`
domains: [a.example, { name: B.example, realm: pbx, aliases: b.test, defaultPolicy: block, externalAccounts: true }]
data: store
http: { listen: { address: '[::]:8443', tls: { certificate: c.pem, key: /k.pem } }, publicUrl: 'https://x.example/', trustProxy: 10.0.0.0/8 }
sip: { listen: ['tcp:0.0.0.0:5060', { transport: udp, address: '10.0.0.1:5060', advertise: 'sip.example:5070' }], digestAlgorithms: [SHA-256, MD5], trustedPeers: ['::1', 10.0.0.1/32], registrar: false }
icons: { maxBase64Bytes: 1 MiB, maxAge: 90, byAddress: public }
presence: { minExpires: 1m, maxExpires: 1d, throttle: 500ms }
applicationUsages: { auid: org.example.x, namespace: 'urn:x', mediaType: application/x+xml, schema: x.xsd }
log: { level: debug }
`)
  assert.equal(configuration.data, join(folder, 'store'))
  assert.deepEqual(configuration.domains[1], {
    name: 'b.example',
    realm: 'pbx',
    aliases: ['b.test'],
    defaultPolicy: 'block',
    externalAccounts: true,
    iconApproval: 'off',
  })
  assert.deepEqual(configuration.http.listen, [
    {
      address: { host: '::', port: 8443 },
      tls: [{ certificate: join(folder, 'c.pem'), key: '/k.pem' }],
    },
  ])
  assert.equal(configuration.http.publicUrl, 'https://x.example')
  assert.equal(configuration.sip.listen[1]?.advertise, 'sip.example:5070')
  assert.deepEqual(configuration.sip.trustedPeers, [
    { address: '::1', prefix: 128 },
    { address: '10.0.0.1', prefix: 32 },
  ])
  assert.deepEqual(
    [configuration.icons.maxBase64Bytes, configuration.icons.maxAge],
    [1_048_576, 90],
  )
  assert.deepEqual(
    [configuration.presence.maxExpires, configuration.presence.throttle],
    [86_400, 0.5],
  )
  assert.equal(configuration.applicationUsages[0]?.schema, join(folder, 'x.xsd'))
})

const mistakes: readonly [name: string, yaml: string, expected: RegExp][] = [
  ['no domains', 'data: x', /^domains: is missing$/],
  ['an empty list of domains', 'domains: []', /^domains: expected at least one value$/],
  ['a domain that is none', 'domains: a b', /^domains\[0\]\.name: expected a domain name/],
  ['a domain twice', 'domains: [a, { name: b, aliases: A }]', /^domains: a is named twice$/],
  [
    'an unknown key',
    'domains: a\npresense: {}',
    /^presense: unknown key \(did you mean presence\?\)$/,
  ],
  [
    'an unknown key inside',
    'domains: { name: a, relm: b }',
    /^domains\[0\]\.relm: unknown key \(did you mean realm\?\)$/,
  ],
  ['an unknown key like no other', 'domains: a\nqwertz: 1', /^qwertz: unknown key$/],
  [
    'a wrong TLS key',
    'domains: a\nhttp: { listen: { address: "a:1", tls: { certificate: c, key: 5 } } }',
    /^http\.listen\[0\]\.tls\[0\]\.key: expected a text$/,
  ],
  [
    'a port beyond 65535',
    'domains: a\nhttp: { listen: "a:65536" }',
    /^http\.listen\[0\]\.address: expected HOST:PORT/,
  ],
  [
    'a transport',
    'domains: a\nsip: { listen: "upd:a:1" }',
    /^sip\.listen\[0\]\.transport: expected udp, tcp, tls, ws, wss, not "upd"$/,
  ],
  [
    'TLS on a transport in clear',
    'domains: a\nsip: { listen: { transport: tcp, address: "a:1", tls: { certificate: c, key: k } } }',
    /^sip\.listen\[0\]\.tls: tcp is not encrypted/,
  ],
  [
    'SIP over TLS without a certificate',
    'domains: a\nsip: { listen: "wss:a:1" }',
    /^sip\.listen\[0\]: wss needs tls: \{ certificate, key \}/,
  ],
  [
    'an origin with a path',
    'domains: a\nsip: { webSocketOrigins: "https://a/b" }',
    /^sip\.webSocketOrigins\[0\]: expected an origin/,
  ],
  [
    'a network',
    'domains: a\nsip: { trustedPeers: 10.0.0.0/33 }',
    /^sip\.trustedPeers\[0\]: expected an address or network/,
  ],
  [
    'a host name as network',
    'domains: a\nhttp: { trustProxy: proxy }',
    /^http\.trustProxy\[0\]: expected an address/,
  ],
  [
    'an algorithm',
    'domains: a\nsip: { digestAlgorithms: SHA-1 }',
    /^sip\.digestAlgorithms\[0\]: expected MD5, SHA-256/,
  ],
  ['a unit', 'domains: a\nicons: { maxAge: 5 parsecs }', /^icons\.maxAge: expected a duration/],
  [
    'a negative size',
    'domains: a\nicons: { maxBase64Bytes: -1 }',
    /^icons\.maxBase64Bytes: expected a size/,
  ],
  [
    'pixels in parts',
    'domains: a\nicons: { maxPixels: 1.5 }',
    /^icons\.maxPixels: expected a whole number/,
  ],
  [
    'a public URL that is none',
    'domains: a\nhttp: { publicUrl: icons.example.com }',
    /^http\.publicUrl: expected a URL/,
  ],
  [
    'an XCAP root without its slash',
    'domains: a\nhttp: { xcapRoot: xcap }',
    /^http\.xcapRoot: expected a path/,
  ],
  [
    'expiry upside down',
    'domains: a\npresence: { minExpires: 2h }',
    /^presence\.minExpires: is longer/,
  ],
  [
    'a listener twice',
    'domains: a\nadmin: { listen: "127.0.0.1:8080" }',
    /127\.0\.0\.1:8080 is named twice$/,
  ],
  [
    'a session that is over at once',
    'domains: a\nsession: { lifetime: 0s }',
    /^session\.lifetime: expected a duration of at least 1s/,
  ],
  [
    'a log level',
    'domains: a\nlog: { level: loud }',
    /^log\.level: expected error, warn, info, debug, not "loud"$/,
  ],
  ['a list instead of keys', '- a', /expected keys and values/],
  ['YAML that does not parse', 'domains: [a', /Flow sequence/],
]

for (const [name, yaml, expected] of mistakes) {
  test(`refused and named with its path: ${name}`, () => {
    assert.match(problems(yaml), expected)
  })
}

test('all mistakes are named at once, each with the file', () => {
  assert.throws(
    () => read('domains: a\nlog: { level: 3 }\nicons: { maxAge: x }'),
    (error: ConfigurationError) =>
      error.problems.length === 2 && error.problems.every((line) => line.startsWith(`${file}: `)),
  )
})

test('flags win over the environment, the environment over the file, the file over defaults', () => {
  const yaml =
    'domains: file.example\ndata: /file\nhttp: { listen: "127.0.0.1:1", publicUrl: "http://file" }'
  const environment = { VISAGE_DATA: '/environment', VISAGE_HTTP_LISTEN: '127.0.0.1:2' }
  const flags = { http: { listen: ['127.0.0.1:3'] } }
  const configuration = read(yaml, { environment, flags })
  assert.equal(configuration.domains[0]?.name, 'file.example')
  assert.equal(configuration.data, '/environment')
  assert.deepEqual(configuration.http.listen, [{ address: { host: '127.0.0.1', port: 3 } }])
  assert.equal(configuration.http.publicUrl, 'http://file')
})

test('the environment gives lists with commas or as JSON, and secrets from files', () => {
  const secret = join(folder, 'secret')
  writeFileSync(secret, 'SHA-256,MD5\n')
  const configuration = read('', {
    environment: {
      VISAGE_DOMAINS: '[{"name":"a.example","realm":"r"},"b.example"]',
      VISAGE_HTTP_LISTEN: '127.0.0.1:1, [::1]:2',
      VISAGE_SIP_TRUSTED_PEERS: '10.0.0.0/8',
      VISAGE_SIP_DIGEST_ALGORITHMS_FILE: secret,
      VISAGE_SIP_REGISTRAR: 'false',
      VISAGE_ICONS_MAX_BASE64_BYTES: '1MiB',
      VISAGE_DATA: 'here',
      VISAGE_ACCOUNT: 'of the client',
      VISAGE_SIP: 'udp:of:theclient',
    },
  })
  assert.deepEqual(
    configuration.domains.map(({ name, realm }) => [name, realm]),
    [
      ['a.example', 'r'],
      ['b.example', 'b.example'],
    ],
  )
  assert.deepEqual(configuration.http.listen[1], { address: { host: '::1', port: 2 } })
  assert.deepEqual(configuration.sip.digestAlgorithms, ['SHA-256', 'MD5'])
  assert.equal(configuration.sip.registrar, false)
  assert.equal(configuration.icons.maxBase64Bytes, 2 ** 20)
  assert.equal(configuration.data, '/somewhere/here')
})

test('a mistake in the environment is named by its variable', () => {
  assert.match(
    problems('domains: a', { environment: { VISAGE_HTTP_LISTEN: '127.0.0.1' } }),
    /^VISAGE_HTTP_LISTEN: http\.listen\[0\]\.address: expected HOST:PORT, not "127\.0\.0\.1"$/,
  )
  assert.match(
    problems('domains: a', { environment: { VISAGE_HTTP_LISTN: '127.0.0.1:1' } }),
    /^VISAGE_HTTP_LISTN: no such setting \(did you mean VISAGE_HTTP_LISTEN\?\)$/,
  )
  assert.match(
    problems('domains: a', { environment: { VISAGE_DATA_FILE: '/does/not/exist' } }),
    /^VISAGE_DATA_FILE: ENOENT/,
  )
})

test('a file that is not there is named', () => {
  assert.throws(
    () => readConfiguration({ file: '/no/visage.yaml', environment: {}, flags: {}, folder }),
    /\/no\/visage\.yaml: ENOENT/,
  )
})
