/** Every operation that the OpenAPI document names, asked for by tokens that must not have it: a new one is covered by itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addAccount } from '../../service/administration/account-operations.ts'
import { openDesk } from './desk.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly minimum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}
interface Described {
  readonly operationId: string
  readonly description: string
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema?: Schema }>> }
}

/** Members that say whom it is about: always given, also where they may be absent. */
const WHOM = new Set(['address', 'alias', 'presentity', 'watcher', 'domain'])

/** What fits the schema. */
function sample(schema: Schema, name: string, who: string): unknown {
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf?.[0]) return sample(schema.anyOf[0], name, who)
  if (schema.type === 'object') return sampleOf(schema, who)
  if (schema.type === 'array') return [sample(schema.items ?? {}, name, who)]
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (name === 'domain') return who.split('@')[1]
  if (WHOM.has(name)) return who
  if (schema.format === 'uuid') return '11111111-1111-4111-8111-111111111111'
  return schema.pattern?.includes('{64}') ? '0'.repeat(64) : 'AAAA'
}

function sampleOf({ properties = {}, required = [] }: Schema, who: string): object {
  const given = Object.entries(properties).filter(
    ([name]) => required.includes(name) || WHOM.has(name),
  )
  return Object.fromEntries(given.map(([name, one]) => [name, sample(one, name, who)]))
}

function requestFor(template: string, { parameters = [], requestBody }: Described, who: string) {
  let path = template
  const query = new URLSearchParams()
  for (const { name, in: place, required, schema } of parameters) {
    const value = String(sample(schema, name, who))
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value))
    else if (required || WHOM.has(name)) query.set(name, value)
  }
  const target = query.size === 0 ? path : `${path}?${query.toString()}`
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === undefined) return { target, asked: {} }
  const body = JSON.stringify(content?.schema ? sampleOf(content.schema, who) : 'octets')
  return { target, asked: { body, headers: { 'content-type': type } } }
}

test('no operation tells a token of one domain whether somebody of another exists, nor lets a reading one write, nor anybody without one in', async (t) => {
  const { ask, http, token } = await openDesk(t)
  for (const address of ['alice@a.example', 'bob@b.example']) {
    await ask(addAccount, { address, ha1: '0'.repeat(32), name: 'Known' })
  }
  const near = await token('write', 'a.example')
  const reading = await token('read')
  const { body } = await http('GET', '/openapi.json')
  const { paths } = body as { paths: Record<string, Record<string, Described>> }
  for (const [template, methods] of Object.entries(paths)) {
    for (const [verb, described] of Object.entries(methods)) {
      const method = verb.toUpperCase()
      const answerTo = async (who: string, bearer?: string) => {
        const { target, asked } = requestFor(template, described, who)
        const given = bearer === undefined ? asked : { ...asked, token: bearer }
        const { status, body: said } = await http(method, target, given)
        return { status, said: JSON.stringify(said).replaceAll(who, 'WHO') }
      }
      const about = `${described.operationId} (${method} ${template})`
      const [known, unknown] = [
        await answerTo('bob@b.example', near),
        await answerTo('ned@b.example', near),
      ]
      assert.deepEqual(known, unknown, about)
      assert.ok([403, 404].includes(known.status), `${about}: ${JSON.stringify(known)}`)
      assert.equal((await answerTo('alice@a.example')).status, 401, about)
      if (described.description.includes('`read`')) continue
      const refused = await answerTo('alice@a.example', reading)
      assert.match(refused.said, /this token may only read/, about)
    }
  }
  const { body: still } = await http('GET', '/accounts', { token: reading })
  assert.equal((still as { accounts: unknown[] }).accounts.length, 2)
})
