/** What is deployed with Prometheus and Grafana asks for metrics that there are, in expressions that Prometheus reads. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { gatewayFamilies } from '../../service/metrics/gateway-families.ts'
import { requireProgram } from '../support/programs.ts'
import { startObserved } from './observed-service.ts'

const deployed = (name: string) => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url))
const RULES = deployed('prometheus/alerts.yaml')
const DASHBOARD = deployed('grafana/visage.json')

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[]
}
interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
}

function alertExpressions(): string[] {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as Rules
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr))
}

function panelExpressions(): string[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
}

/** Also those that only a service with an XMPP server has. */
function namesIn(exposition: string): Set<string> {
  const lines = [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  const named = lines.flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
  )
  const stanzas = { received: {}, sent: {}, requests: {} }
  const gateway = gatewayFamilies({ streams: [], pairs: 0, stanzas })
  return new Set([...named, ...gateway.map(({ name }) => name)])
}

test('every metric of the dashboard and of the alerts is one that /metrics gives', async (t) => {
  const { scrape } = await startObserved(t)
  const names = namesIn(await scrape())
  const asked = [...alertExpressions(), ...panelExpressions()]
  assert.ok(asked.length > 40)
  const unknown = asked.flatMap((expression) =>
    [...expression.matchAll(/\b(?:visage|nodejs|process)_\w+/g)].filter(
      ([name]) => !names.has(name),
    ),
  )
  assert.deepEqual(unknown.map(String), [])
})

function promtool(given: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync('promtool', given, { input, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('Prometheus reads the alert rules, and every expression of the dashboard', (t) => {
  if (!requireProgram(t, 'promtool')) return
  assert.deepEqual(promtool(['check', 'rules', RULES]).status, 0)
  const folder = mkdtempSync(join(tmpdir(), 'visage-rules-'))
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  const rules = panelExpressions().map((expr, place) => ({
    record: `panel:${place}`,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
  }))
  const file = join(folder, 'panels.yaml')
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }))
  const { status, said } = promtool(['check', 'rules', file])
  assert.equal(status, 0, said)
})

test('Prometheus has nothing to say against the names and the form of our own metrics', async (t) => {
  if (!requireProgram(t, 'promtool')) return
  const { phone, scrape } = await startObserved(t)
  await phone.subscribe('sip:alice@localhost')
  const { said } = promtool(['check', 'metrics'], await scrape())
  assert.doesNotMatch(said, /error while linting|text format parsing error/)
  assert.deepEqual(said.match(/^visage_.*$/gm), null)
})
