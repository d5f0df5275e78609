/** `HOST:PORT` as a listener's address: `127.0.0.1:8080`, `[::1]:8080`. RFC 3986 §3.2.2. */

export interface HostPort {
  /** Without brackets. */
  readonly host: string
  /** 0: the system chooses. */
  readonly port: number
}

export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-f:.%\w]+)\]|([^\s:[\]/@]+)):(\d{1,5})$/i.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port > 65535 ? undefined : { host, port }
}

export function formatHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
