/**
 * Who may import whom, as data. A room may import itself and what stands beside it here, nothing else of ours.
 * The longest room that a file's path begins with is the file's room.
 */
const rooms = {
  'core/uri': [],
  'core/digest': [],
  'core/images': [],
  'core/sip': ['core/uri'],
  'core/documents': ['core/uri'],
  'core/model': ['core/documents', 'core/uri'],
  'core/store': ['core/model', 'core/uri'],
  // PostgreSQL, and a store that another process owns: what both engines share lies in core/store itself.
  'core/store/postgres': ['core/store', 'core/model', 'core/uri'],
  'core/store/remote': ['core/store', 'core/model', 'core/uri'],
  client: ['core/model', 'core/documents', 'core/digest', 'core/uri'],
  'client/node': ['client', 'core/sip', 'core/images', 'core/uri'],
  'xcap-server': ['core/model', 'core/documents', 'core/digest', 'core/uri', 'core/images'],
  'presence-agent': ['core/model', 'core/documents', 'core/sip', 'core/digest', 'core/uri'],
  ...gatewayRooms(),
  'client/browser': ['client', 'core/images'],
  web: ['client', 'client/browser'],
  cli: ['client', 'client/node', 'core/uri'],
  'cli/visage': ['service', 'cli', 'client', 'client/node', 'core/uri'],
}

/** The gateway's words and composition lie in its folder, its rooms below; none of these imports one that stands after it. */
function gatewayRooms() {
  const ground = ['core/model', 'core/documents', 'core/uri', 'core/images']
  const order = {
    address: [],
    stream: [],
    routing: ['address'],
    disco: ['routing'],
    presence: ['address', 'disco'],
    pep: ['disco', 'presence', 'routing'],
    avatar: [],
    vcard: ['address', 'avatar', 'routing'],
    'contact-avatar': ['address'],
    pairs: ['address'],
    roster: ['address', 'disco', 'pairs'],
  }
  const placed = (name) => `xmpp-gateway/${name}`
  return Object.fromEntries([
    ['xmpp-gateway', [...ground, ...Object.keys(order).map(placed)]],
    ...Object.entries(order).map(([name, others]) => [
      placed(name),
      [...ground, 'xmpp-gateway', ...others.map(placed)],
    ]),
  ])
}

/** Rooms without input or output: time, randomness and hashes arrive as arguments. */
const pure = ['core/uri', 'core/documents', 'core/model', 'core/digest']
const ioModules =
  '^(node:)?(fs|fs/promises|net|tls|dgram|dns|http|https|http2|child_process|worker_threads|cluster|process|os)$'

const names = Object.keys(rooms)
const inside = (room) => {
  const nested = names.filter((other) => other.startsWith(`${room}/`))
  const except = nested.map((other) => other.slice(room.length + 1)).join('|')
  // A file beside the folder of a nested room, with its name, is that room's front: cli/visage.ts.
  return except ? `^${room}/(?!(${except})(/|\\.ts$))` : `^${room}(/|\\.ts$)`
}

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-rooms-do-no-io',
      severity: 'error',
      from: { path: pure.map((room) => `^${room}/`) },
      to: { path: ioModules },
    },
    {
      name: 'only-tests-import-tests',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'service-imports-no-commands',
      severity: 'error',
      from: { path: '^service/' },
      to: { path: '^cli/' },
    },
    ...names.map((room) => ({
      name: `${room.replaceAll('/', '-')}-imports`,
      severity: 'error',
      from: { path: inside(room) },
      to: {
        path: '^(core|client|xcap-server|presence-agent|xmpp-gateway|web|cli|service)/',
        pathNot: [inside(room), ...rooms[room].map(inside)],
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^client/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
}
