/** Resource lists of the load: one buddy list, filled up to a length. RFC 4826 §3. */
import { DOMAIN } from '../load/sip-messages.ts'

const uri = (person: number) => `sip:p${person}@${DOMAIN}`

function entry(person: number, name: string): string {
  return `<entry uri="${uri(person)}"><display-name>${name}</display-name></entry>`
}

/** A document of at least this many bytes. `name` is what its first person is called. */
export function resourceLists(bytes: number, name: string): string {
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="friends">'
  const tail = '</list></resource-lists>'
  let entries = entry(0, name)
  for (let person = 1; head.length + entries.length + tail.length < bytes; person++) {
    entries += `\n${entry(person, `Person number ${person}`)}`
  }
  return head + entries + tail
}

/** The node selector of a person's entry, as it stands in a URI, and a body for it. RFC 4825 §6.3. */
export function entryNode(person: number, name: string): { selector: string; body: string } {
  const steps = ['resource-lists', 'list[@name="friends"]', `entry[@uri="${uri(person)}"]`]
  return { selector: steps.map(encodeURIComponent).join('/'), body: entry(person, name) }
}
