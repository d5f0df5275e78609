/** Records as lines of a zone file. RFC 1035 §5.1; RFC 3403 §4.1; RFC 2782. */
import type { WantedRecord } from './wanted-records.ts'

export function zoneLine(record: WantedRecord): string {
  const name = `${record.name}.`
  switch (record.type) {
    case 'NAPTR':
      return `${name} IN NAPTR ${record.order} 50 "s" "${record.service}" "" ${record.to}.`
    case 'SRV':
      return `${name} IN SRV 0 0 ${record.port} ${record.to}.`
    case 'TXT':
      return `${name} IN TXT "${record.text.replace(/["\\]/g, '\\$&')}"`
    case 'A':
      return `; ${name} IN A and AAAA: the addresses that clients reach this server at`
  }
}
