/** Why an address could not be listened on, in words for the operator. */

const REASONS: Partial<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'may not be opened by this user (ports below 1024 need the right to)',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no host that can be found',
}

export function listenProblem(address: string, error: NodeJS.ErrnoException): Error {
  const reason = REASONS[error.code ?? ''] ?? `cannot be opened: ${error.message}`
  return new Error(`${address} ${reason}`, { cause: error })
}
