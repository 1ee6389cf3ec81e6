// Runs the public GraphQL-over-HTTP audits against a server: `node audit.mjs URL`.
//
// Any error fails the run. So does any warning or notice, unless it stands below with what overrules it.

import { serverAudits } from 'graphql-http';

// Each audit we answer otherwise on purpose, and the sentence of the September 2026 edition that we follow instead.
const OVERRULED = {
  '86EE':
    'A well-formed request whose variables cannot be coerced is answered 422; 400 is for what cannot be read as GraphQL.',
};

const url = process.argv[2];
if (!url) {
  console.error('Usage: node audit.mjs URL');
  process.exit(2);
}

const counts = { ok: 0, overruled: 0, notice: 0, warn: 0, error: 0 };
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn();
  const overruling = OVERRULED[audit.id];
  const verdict = result.status === 'ok' ? 'ok' : overruling && result.status !== 'error' ? 'overruled' : result.status;
  counts[verdict] += 1;
  const why = verdict === 'ok' ? '' : `\n    ${result.reason}${verdict === 'overruled' ? `\n    ${overruling}` : ''}`;
  console.log(`${verdict.padEnd(9)} ${audit.id} ${audit.name}${why}`);
}

console.log(Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`).join(', '));
process.exit(counts.error + counts.warn + counts.notice > 0 ? 1 : 0);
