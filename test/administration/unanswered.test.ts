/** A service that ends while it is asked for something: the command says so in words. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { erasePerson } from '../../service/administration/person-operations.ts'
import { askRunningService } from '../../service/administration/running-service.ts'

test('a service that is killed in the middle of an operation is told as such, and that one may ask again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'visage-unanswered-'))
  const server = createServer((request, response) => {
    if (request.method === 'GET') response.end()
    else request.socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(join(folder, 'admin.sock'), resolve))
  t.after(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  const ask = await askRunningService(folder)
  await assert.rejects(
    ask!(erasePerson, { address: 'alice@example.com' }),
    /ended before it answered/,
  )
})
