/** What becomes of each message of RFC 4475. */

/**
 * What the endpoint does with it: hands it over (200 here), answers by itself, or keeps silent.
 * An INVITE that is sound is refused with 405, for there are no calls.
 */
export const TORTURE_OUTCOMES: Readonly<Record<string, 200 | 400 | 405 | 501 | 505 | 'silence'>> = {
  // §3.1.1 valid messages
  wsinv: 405,
  intmeth: 200,
  esc01: 405,
  escnull: 200,
  esc02: 200,
  lwsdisp: 200,
  longreq: 405,
  dblreq: 200,
  semiuri: 200,
  transports: 200,
  mpart01: 200,
  unreason: 'silence',
  noreason: 'silence',
  // §3.1.2 invalid messages
  badinv01: 400,
  clerr: 400,
  ncl: 400,
  scalar02: 400,
  scalarlg: 'silence',
  quotbal: 400,
  ltgtruri: 400,
  lwsruri: 400,
  lwsstart: 400,
  trws: 400,
  escruri: 405,
  baddate: 405,
  regbadct: 400,
  badaspec: 200,
  baddn: 400,
  badvers: 505,
  mismatch01: 400,
  mismatch02: 501,
  bigcode: 'silence',
  // §3.2, §3.3: matters of transactions and of the application
  badbranch: 200,
  insuf: 400,
  unkscm: 200,
  novelsc: 200,
  unksm2: 200,
  bext01: 200,
  invut: 405,
  regaut01: 200,
  multi01: 400,
  mcl01: 400,
  bcast: 'silence',
  zeromf: 200,
  cparam01: 200,
  cparam02: 200,
  regescrt: 200,
  sdp01: 405,
  // §3.4
  inv2543: 405,
  'undocumented-test': 'silence',
}
