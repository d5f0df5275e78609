/** Values with units in the configuration: `60s`, `1d`, `300KiB`. A bare number is seconds or bytes. */

const SECONDS: Record<string, number> = {
  ms: 0.001,
  '': 1,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86400,
}

const BYTES: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** Seconds, or undefined when the value is no duration. */
export function parseSeconds(value: string | number): number | undefined {
  return inUnits(value, SECONDS)
}

/** Whole bytes, or undefined when the value is no size. */
export function parseBytes(value: string | number): number | undefined {
  const bytes = inUnits(value, BYTES)
  return bytes === undefined ? undefined : Math.round(bytes)
}

function inUnits(value: string | number, units: Record<string, number>): number | undefined {
  const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value)) ?? []
  const factor = units[unit.toLowerCase()]
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor
}
