/** Latencies of one measurement, exact: sorted once at the end. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

export interface Latencies {
  add(milliseconds: number): void
  percentiles(): Percentiles
}

export function createLatencies(): Latencies {
  let values = new Float64Array(1 << 16)
  let count = 0
  return {
    add(milliseconds) {
      if (count === values.length) {
        const larger = new Float64Array(count * 2)
        larger.set(values)
        values = larger
      }
      values[count++] = milliseconds
    },
    percentiles() {
      const sorted = values.subarray(0, count).sort()
      const at = (part: number) => sorted[Math.min(count - 1, Math.floor(part * count))] ?? NaN
      return { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
    },
  }
}
