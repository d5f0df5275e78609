/** Which test files share a process, and which processes start first: most of what a small file costs is starting one. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Milliseconds: a file that hangs is a failed one. */
const LONGEST_FILE = 180_000
const LARGEST_GROUP = 8
/** Of files that start servers and browsers, each has its process. The slowest are first, so that none is left running at the end. */
const SLOW = [
  'test/interop/xmpp/load.test.ts',
  'test/store/postgres/',
  'test/nodes/',
  'test/workers/',
  'test/browser/',
  'test/interop/',
  'test/flow/',
  'test/package/',
  'test/cli/',
  'test/service/',
]
/** Found in files that measure their process, or stop its time: others would disturb them. */
const ALONE = /memoryUsage|heapUsed|expose-gc|mock\.timers/

/**
 * @param {readonly string[]} files paths from the project's folder
 * @param {(file: string) => string} read gives the text of a file
 * @returns {string[][]} the files of each process, in the order in which they start
 */
export function planProcesses(files, read = (file) => readFileSync(file, 'utf8')) {
  const groups = new Map()
  for (const file of [...files].sort()) {
    const group = isSlow(file) || ALONE.test(read(file)) ? file : dirname(file)
    groups.set(group, [...(groups.get(group) ?? []), file])
  }
  return [...groups.values()].flatMap(split).sort(([one], [other]) => rank(one) - rank(other))
}

/** What one process runs: each file is a suite, so that its hooks and its failure to load are its own. */
export function programOf(files, root) {
  const suites = files.map((file) => {
    const url = pathToFileURL(`${root}/${file}`).href
    return `suite(${JSON.stringify(file)}, { timeout: ${LONGEST_FILE} }, () => import(${JSON.stringify(url)}))\n`
  })
  return [`import { suite } from 'node:test'\n`, ...suites].join('')
}

/** Into parts of about the same size. */
function split(files) {
  const size = Math.ceil(files.length / Math.ceil(files.length / LARGEST_GROUP))
  const parts = []
  for (let from = 0; from < files.length; from += size) parts.push(files.slice(from, from + size))
  return parts
}

const isSlow = (file) => rank(file) < SLOW.length

function rank(file) {
  const place = SLOW.findIndex((beginning) => file.startsWith(beginning))
  return place < 0 ? SLOW.length : place
}
