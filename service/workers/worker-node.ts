/** Each worker is a node of its own in a database that many processes open; the first bears the service's name itself. */

export function workerNode(node: string, worker: number): string {
  return worker === 1 ? node : `${node}/${worker}`
}
