/** OpenAPI document of /admin/v1, made of the operations' own descriptions. OpenAPI 3.1 */
import { z } from 'zod'
import { pathMembers } from './operation-path.ts'
import { API_ROOT } from './operation-request.ts'
import type { OperationDescription } from './operation.ts'
import { PROBLEM_TYPE } from './problem-details.ts'

type Json = Readonly<Record<string, unknown>>

interface ObjectSchema extends Json {
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
}

export function openApiDocument(
  descriptions: readonly OperationDescription[],
  version: string,
): Json {
  const schemas: Record<string, Json> = { Problem: PROBLEM }
  const paths: Record<string, Record<string, Json>> = {}
  for (const description of descriptions) {
    const at = (paths[description.path] ??= {})
    at[description.method.toLowerCase()] = operationObject(description, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Visage administration',
      version,
      description: 'What an operator asks of a Visage service.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: API_ROOT }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Made by `visage token add`.' },
      },
      schemas,
      responses: { Problem: { description: 'It was refused.', content: PROBLEM_CONTENT } },
    },
  }
}

/** RFC 9457 */
const PROBLEM = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
  },
  required: ['type', 'title', 'status'],
}
const PROBLEM_CONTENT = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } }

const LOCATION = {
  location: { description: 'Where it is found.', schema: { type: 'string' } },
}

/** Schemas that have a name of their own, by that. */
type Schemas = Record<string, Json>

function operationObject(description: OperationDescription, schemas: Schemas): Json {
  const { name, summary, scope, gives, creates, output } = description
  const content = gives === undefined ? json(schemaOf(output, 'output', schemas)) : octets([gives])
  return {
    operationId: name,
    summary,
    description: `Needs a token of scope \`${scope}\`.`,
    ...inputOf(description, schemas),
    responses: {
      ...(creates === undefined
        ? { 200: { description: 'It was done.', content } }
        : { 201: { description: 'It was made.', headers: LOCATION, content } }),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** What stands in the path, in the query, and in the body. */
function inputOf({ method, path, takes, input }: OperationDescription, schemas: Schemas): Json {
  const {
    properties = {},
    required = [],
    ...rest
  } = schemaOf(input, 'input', schemas) as ObjectSchema
  const inPath = pathMembers(path)
  const others = Object.keys(properties).filter((name) => !inPath.includes(name))
  const hasBody = !takes && method !== 'GET' && method !== 'DELETE'
  const inQuery = hasBody ? [] : others.filter((name) => !takes || name !== 'bytes')
  const parameters = [
    ...inPath.map((name) => parameter(name, 'path', { properties, required })),
    ...inQuery.map((name) => parameter(name, 'query', { properties, required })),
  ]
  const members = {
    ...rest,
    properties: Object.fromEntries(others.map((name) => [name, properties[name]])),
    required: required.filter((name) => others.includes(name)),
  }
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(takes && { requestBody: { required: true, content: octets(takes) } }),
    ...(hasBody &&
      others.length > 0 && {
        requestBody: { required: members.required.length > 0, content: json(members) },
      }),
  }
}

function parameter(
  name: string,
  place: 'path' | 'query',
  { properties, required }: Required<Pick<ObjectSchema, 'properties' | 'required'>>,
): Json {
  const { description, ...schema } = properties[name] ?? {}
  return {
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }
}

function json(schema: Json): Json {
  return { 'application/json': { schema } }
}

function octets(types: readonly string[]): Json {
  return Object.fromEntries(types.map((type) => [type, {}]))
}

interface WithDefinitions extends Json {
  readonly $defs?: Readonly<Record<string, Json>>
}

/** What it refers to stands among the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Schemas): Json {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  const text = JSON.stringify(made).replaceAll('#/$defs/', '#/components/schemas/')
  const { $defs = {}, ...own } = JSON.parse(text) as WithDefinitions
  for (const [name, one] of Object.entries($defs)) schemas[name] = withoutDialect(one)
  return withoutDialect(own)
}

/** The dialect of the whole document is the same. OpenAPI 3.1 §4.8.24.5 */
function withoutDialect(schema: Json): Json {
  return Object.fromEntries(
    Object.entries(schema).filter(([name]) => name !== '$schema' && name !== 'id'),
  )
}
