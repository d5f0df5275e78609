/** The OpenAPI document says what is served. OpenAPI 3.1 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { z } from 'zod'
import { addAccount } from '../../service/administration/account-operations.ts'
import { openDesk } from './desk.ts'

interface Described {
  readonly openapi: string
  readonly paths: Record<string, Record<string, OperationObject>>
  readonly components: { readonly schemas: Record<string, object> }
}
interface OperationObject {
  readonly operationId: string
  readonly responses: Record<string, { content: Record<string, { schema: object }> }>
}

test('OpenAPI 3.1: the document is valid, needs no token, and names every operation that HTTP serves', async (t) => {
  const { http, token } = await openDesk(t)
  const { status, body } = await http('GET', '/openapi.json')
  assert.equal(status, 200)
  const { valid, errors } = await new Validator().validate(body as Record<string, unknown>)
  assert.ok(valid, JSON.stringify(errors))
  const { openapi, paths } = body as Described
  assert.match(openapi, /^3\.1\./)
  const asked = { token: await token('read') }
  for (const [path, methods] of Object.entries(paths)) {
    // What is named is there: another method is not allowed, and not unknown.
    const other = await http('OPTIONS', path.replaceAll(/\{\w+\}/g, 'x'), asked)
    assert.equal(other.status, 405, path)
    const allowed = (other.headers.get('allow') ?? '').toLowerCase().split(', ').sort()
    assert.deepEqual(allowed, Object.keys(methods).sort(), path)
  }
  assert.ok(!JSON.stringify(paths).includes('/tokens'))
})

test('OpenAPI 3.1: an answer is what the document says it is', async (t) => {
  const { ask, http, token } = await openDesk(t)
  await ask(addAccount, { address: 'alice@a.example', ha1: '0'.repeat(32), name: 'Alice' })
  const { body } = await http('GET', '/openapi.json')
  const { paths, components } = body as Described
  const asked = { token: await token('read') }
  for (const path of ['/accounts', '/accounts/{address}', '/audit']) {
    const schema = paths[path]?.['get']?.responses['200']?.content['application/json']?.schema
    const text = JSON.stringify({ ...schema, $defs: components.schemas })
    const checked = z.fromJSONSchema(
      JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
        typeof z.fromJSONSchema
      >[0],
    )
    const answer = await http('GET', path.replace('{address}', 'alice%40a.example'), asked)
    assert.equal(answer.status, 200)
    assert.ok(checked.safeParse(answer.body).success, `${path}: ${JSON.stringify(answer.body)}`)
    assert.ok(!checked.safeParse({ wrong: true }).success, path)
  }
})
