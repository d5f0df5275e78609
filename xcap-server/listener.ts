/** What every HTTP request goes to: what XCAP clients do all day straight to its handlers, everything else through Express. */
import express, { type ErrorRequestHandler, type Express } from 'express'
import type { RequestListener } from 'node:http'
import type { Answer } from './answer.ts'
import { BadRequest, NotFound } from './http-errors.ts'
import { handleResource, isBelow, type Resource } from './resources.ts'

/** Methods that need no Express, and whose handler answers them. */
const DIRECT: Partial<Record<string, 'GET' | 'PUT' | 'DELETE'>> = {
  GET: 'GET',
  HEAD: 'GET',
  PUT: 'PUT',
  DELETE: 'DELETE',
}

/** `extend` adds routes of others behind the resources. */
export function createListener({
  resources,
  answer,
  extend,
}: {
  resources: readonly Resource[]
  answer: Answer
  extend?: (app: Express) => void
}): RequestListener {
  const app = createRoutes({ resources, answer, ...(extend && { extend }) })

  /** Express would cost a read five times what it costs by itself, and a write half as much again. */
  const at = (url: string) =>
    resources.find(({ path }) => url.startsWith(path) && url[path.length] === '/')

  return (message, response) => {
    const { method = '', url = '' } = message
    const own = DIRECT[method]
    const resource = at(url)
    const handle = own && resource?.methods[own]
    if (handle) answer(message, response, handle, resource.errorReply)
    else app(message, response)
  }
}

function createRoutes({
  resources,
  answer,
  extend,
}: {
  resources: readonly Resource[]
  answer: Answer
  extend?: (app: Express) => void
}): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing')
  for (const resource of resources) {
    const handle = handleResource(resource)
    app.use((request, response, next) => {
      if (isBelow(request.path, resource.path)) {
        answer(request, response, handle, resource.errorReply)
      } else next()
    })
  }
  extend?.(app)
  app.use((request, response) => {
    answer(request, response, () => {
      throw new NotFound()
    })
  })
  const refuse: ErrorRequestHandler = (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error)
      return
    }
    answer(request, response, () => {
      throw isClientError(error) ? new BadRequest({ phrase: 'The request is malformed.' }) : error
    })
  }
  return app.use(refuse)
}

/** Express marks what it cannot decode itself. */
function isClientError(error: unknown): boolean {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}
