/** What signals say to a running service. */

/** The first SIGINT or SIGTERM. A second one ends the process at once, with the exit code of shells: 128 and its number. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false
    const hear = (signal: NodeJS.Signals, exitCode: number) => {
      process.on(signal, () => {
        if (isStopping) process.exit(exitCode)
        isStopping = true
        resolve(signal)
      })
    }
    hear('SIGINT', 130)
    hear('SIGTERM', 143)
  })
}
