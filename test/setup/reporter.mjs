/**
 * Node's own spec report, then which tests were skipped and a line with the totals.
 * Which files failed, and how many tests were skipped, goes as JSON to the file that VISAGE_TEST_RESULT names.
 */
import { writeFileSync } from 'node:fs'
import { spec } from 'node:test/reporters'

export default async function* report(events) {
  const results = { passed: 0, failed: 0, skipped: [], failedFiles: [] }
  const page = new spec()
  const lines = page[Symbol.asyncIterator]()
  const read = pump(events, page, results)
  for await (const line of lines) yield line
  await read
  yield summary(results)
  const { failedFiles, skipped } = results
  const file = process.env.VISAGE_TEST_RESULT
  if (file) writeFileSync(file, JSON.stringify({ failed: failedFiles, skipped: skipped.length }))
  // What was not run was not proved: where everything must be, a skip is a failure.
  if (process.env.CI === 'true' && results.skipped.length > 0) process.exitCode = 1
}

async function pump(events, page, results) {
  for await (const event of events) {
    count(event, results)
    if (!page.write(event)) await new Promise((resolve) => page.once('drain', resolve))
  }
  page.end()
}

function count({ type, data }, results) {
  // At the top stands the suite of a file, or the program whose process was ended. See plan.mjs.
  if (type === 'test:fail' && data.nesting === 0) results.failedFiles.push(data.name)
  // A suite whose tests fail is none more; one that could not be loaded is.
  const isOneMore = () => data.details.error?.failureType !== 'subtestsFailed'
  if (type === 'test:fail' && (data.details.type !== 'suite' || isOneMore())) results.failed++
  if (type !== 'test:pass' || data.details.type === 'suite') return
  if (data.skip === undefined && data.todo === undefined) results.passed++
  else
    results.skipped.push(
      `${data.name} (${[data.skip, data.todo].find((reason) => typeof reason === 'string' && reason) ?? 'no reason given'})`,
    )
}

function summary({ passed, failed, skipped }) {
  const list = skipped.map((name) => `  ${name}\n`).join('')
  const heading = skipped.length > 0 ? `\nSkipped:\n${list}` : ''
  return `${heading}\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`
}
