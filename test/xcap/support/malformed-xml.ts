/** Texts that are no XML document, each wrong in its own way around a well-formed inside. XML 1.0, Namespaces in XML 1.0. */

/** What a server answers to them: the conflict of RFC 4825 §11. */
export type MalformedKind = 'not-well-formed' | 'not-utf-8' | 'constraint-failure'

interface Shape {
  /** Name of the root element, with its declarations. */
  readonly start: string
  readonly end: string
  /** Something well-formed that may stand inside. */
  readonly inside: string
}

type Make = (shape: Shape) => string | Buffer

const whole = ({ start, end, inside }: Shape, more = '') => `<${start}>${inside}${more}</${end}>`

const NOT_WELL_FORMED: Record<string, Make> = {
  nothing: () => '',
  'white space': () => ' \r\n\t',
  'a byte order mark and nothing else': () => '\ufeff',
  'no markup': () => 'friends',
  JSON: () => '{"list":[]}',
  'HTML, as browsers take it': () => '<!doctype html><p>friends<br>',
  'an XML declaration alone': () => '<?xml version="1.0" encoding="UTF-8"?>',
  'a comment alone': () => '<!-- friends -->',
  'a tag that is not closed': ({ start }) => `<${start}>`,
  'a tag cut short': ({ start }) => `<${start}`,
  'an end tag alone': ({ end }) => `</${end}>`,
  'an end tag too many': (shape) => `${whole(shape)}</${shape.end}>`,
  'crossed tags': (shape) => whole(shape, '<a><b></a></b>'),
  'an end tag in other case': ({ start, end, inside }) =>
    `<${start}>${inside}</${end.toUpperCase()}>`,
  'an end tag with an attribute': ({ start, end, inside }) => `<${start}>${inside}</${end} a="1">`,
  'two roots': (shape) => `${whole(shape)}${whole(shape)}`,
  'text before the root': (shape) => `x${whole(shape)}`,
  'text behind the root': (shape) => `${whole(shape)}x`,
  'a NUL behind the root': (shape) => `${whole(shape)}\0`,
  'character data behind the root in CDATA': (shape) => `${whole(shape)}<![CDATA[x]]>`,
  'a reference behind the root': (shape) => `${whole(shape)}&#32;`,
  'an attribute twice': (shape) => whole(shape, '<x a="1" a="2"/>'),
  'an attribute twice under two prefixes of one namespace': (shape) =>
    whole(shape, '<x xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2"/>'),
  'an attribute without a value': (shape) => whole(shape, '<x a/>'),
  'an attribute without quotes': (shape) => whole(shape, '<x a=1/>'),
  'quotes that do not match': (shape) => whole(shape, `<x a="1'/>`),
  'no space between attributes': (shape) => whole(shape, '<x a="1"b="2"/>'),
  'a smaller-than in an attribute': (shape) => whole(shape, '<x a="<"/>'),
  'a bare ampersand in an attribute': (shape) => whole(shape, '<x a="a&b"/>'),
  'a control character in an attribute': (shape) => whole(shape, '<x a="\u0008"/>'),
  'a bare ampersand': (shape) => whole(shape, '<x>a & b</x>'),
  'a reference without its end': (shape) => whole(shape, '<x>&amp</x>'),
  'an unknown entity': (shape) => whole(shape, '<x>&nbsp;</x>'),
  'an empty reference': (shape) => whole(shape, '<x>&;</x>'),
  'a character reference without a number': (shape) => whole(shape, '<x>&#;</x>'),
  'a character reference that is no number': (shape) => whole(shape, '<x>&#xyz;</x>'),
  'a reference to NUL': (shape) => whole(shape, '<x>&#0;</x>'),
  'a reference to a control character': (shape) => whole(shape, '<x>&#x1F;</x>'),
  'a reference to half a character': (shape) => whole(shape, '<x>&#xD800;</x>'),
  'a reference beyond Unicode': (shape) => whole(shape, '<x>&#x110000;</x>'),
  'a NUL': (shape) => whole(shape, '<x>\0</x>'),
  'a control character': (shape) => whole(shape, '<x>\u0001</x>'),
  'a character that is none': (shape) => whole(shape, '<x>\uffff</x>'),
  'the end of CDATA in text': (shape) => whole(shape, '<x>]]></x>'),
  'CDATA that is not closed': (shape) => whole(shape, '<x><![CDATA[a</x>'),
  'CDATA in lower case': (shape) => whole(shape, '<x><![cdata[a]]></x>'),
  'a comment that is not closed': (shape) => whole(shape, '<!-- a'),
  'two hyphens in a comment': (shape) => whole(shape, '<!-- a -- b -->'),
  'a comment that ends with three hyphens': (shape) => whole(shape, '<!-- a --->'),
  'a processing instruction that is not closed': (shape) => whole(shape, '<?a b'),
  'a processing instruction named xml': (shape) => whole(shape, '<?xml version="1.0"?>'),
  'a name that begins with a digit': (shape) => whole(shape, '<1x/>'),
  'a name that begins with a hyphen': (shape) => whole(shape, '<-x/>'),
  'a space before the name': (shape) => whole(shape, '< x/>'),
  'an empty tag': (shape) => whole(shape, '<>a</>'),
  'an undeclared prefix at an element': (shape) => whole(shape, '<p:x/>'),
  'an undeclared prefix at an attribute': (shape) => whole(shape, '<x p:a="1"/>'),
  'two colons in a name': (shape) => whole(shape, '<p:q:x xmlns:p="urn:p"/>'),
  'a name that ends with a colon': (shape) => whole(shape, '<p: xmlns:p="urn:p"/>'),
  'a prefix bound to nothing': (shape) => whole(shape, '<p:x xmlns:p=""/>'),
  'the prefix xmlns bound': (shape) => whole(shape, '<x xmlns:xmlns="urn:x"/>'),
  'the prefix xml bound elsewhere': (shape) => whole(shape, '<x xmlns:xml="urn:x"/>'),
  'white space before the XML declaration': (shape) => ` <?xml version="1.0"?>${whole(shape)}`,
  'an XML declaration without a version': (shape) => `<?xml encoding="UTF-8"?>${whole(shape)}`,
  'an XML declaration in the wrong order': (shape) =>
    `<?xml encoding="UTF-8" version="1.0"?>${whole(shape)}`,
  'a document type': (shape) => `<!DOCTYPE ${shape.end}>${whole(shape)}`,
  'a document type from elsewhere': (shape) =>
    `<!DOCTYPE ${shape.end} SYSTEM "http://127.0.0.1:1/x.dtd">${whole(shape)}`,
  'a file as an entity': (shape) =>
    `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${whole(shape, '<x>&a;</x>')}`,
  'a parameter entity': (shape) =>
    `<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;]>${whole(shape)}`,
  'a billion laughs': (shape) => `<!DOCTYPE x [${laughs()}]>${whole(shape, '<x>&l9;</x>')}`,
  'a document type behind a comment': (shape) => `<!-- --><!DOCTYPE x>${whole(shape)}`,
}

const NOT_UTF_8: Record<string, Make> = {
  'a byte that is never UTF-8': (shape) => bytes(shape, [0xff]),
  'half a character': (shape) => bytes(shape, [0xc3]),
  'a continuation without a beginning': (shape) => bytes(shape, [0x80]),
  'a slash in too many bytes': (shape) => bytes(shape, [0xc0, 0xaf]),
  'a surrogate in UTF-8': (shape) => bytes(shape, [0xed, 0xa0, 0x80]),
  'beyond Unicode': (shape) => bytes(shape, [0xf5, 0x80, 0x80, 0x80]),
  'Latin-1': (shape) => Buffer.from(whole(shape, '<x>M\xfcller</x>'), 'latin1'),
  'Latin-1, and it says so': (shape) =>
    Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${whole(shape)}`),
  'US-ASCII, and it says so': (shape) =>
    Buffer.from(`<?xml version="1.0" encoding="US-ASCII"?>${whole(shape)}`),
  'UTF-16, little end first': (shape) => Buffer.from(`\ufeff${whole(shape)}`, 'utf16le'),
  'UTF-16, big end first': (shape) => Buffer.from(`\ufeff${whole(shape)}`, 'utf16le').swap16(),
}

const TOO_MUCH: Record<string, Make> = {
  'depth without end': (shape) => whole(shape, '<x>'.repeat(5000) + '</x>'.repeat(5000)),
  'more elements than anybody needs': (shape) => whole(shape, '<x/>'.repeat(10_001)),
  'more attributes than an element needs': (shape) => whole(shape, `<x ${attributes(500)}/>`),
  'more attributes than anybody needs': (shape) =>
    whole(shape, `<x xmlns="urn:x" ${attributes(60)}/>`.repeat(210)),
}

export const MALFORMED: Readonly<Record<MalformedKind, Readonly<Record<string, Make>>>> = {
  'not-well-formed': NOT_WELL_FORMED,
  'not-utf-8': NOT_UTF_8,
  'constraint-failure': TOO_MUCH,
}

function bytes(shape: Shape, inside: readonly number[]): Buffer {
  return Buffer.concat([
    Buffer.from(`<${shape.start}>${shape.inside}<x>`),
    Buffer.from(inside),
    Buffer.from(`</x></${shape.end}>`),
  ])
}

function attributes(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}=""`).join(' ')
}

function laughs(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const inside = `&l${level};`.repeat(10)
    return `<!ENTITY l${level + 1} "${inside}">`
  })
  return `<!ENTITY l0 "ha">${levels.join('')}`
}
