/** The second half of `npm run bench`: a verification by our client and by others, over a bare fetch. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveResults } from '../results.js';
import { runNamed } from '../runs.js';
import { median } from '../speed/measure.js';
import type { Measured, Plan } from './calls.js';
import { FLOOR, SUBJECTS, versions } from './subjects.js';
import { type ClientResults, clientTable } from './table.js';

const ROUNDS = 301;
const WARM_UP = 5000;
const PROCESSES = 15;

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'client-run-'));
const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
certify();
const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
const server = fork(script('server.js'));
try {
  const files = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  const [http = '', https = ''] = await asked<string[]>(server, files);
  const plan = { rounds: ROUNDS, warmUp: WARM_UP };
  const results: ClientResults = {
    rounds: ROUNDS,
    versions: versions(),
    cells: [
      { cell: 'http, valid', clients: await callsOf({ ...plan, url: http, good: true }) },
      { cell: 'http, invalid', clients: await callsOf({ ...plan, url: http, good: false }) },
      { cell: 'https, valid', clients: await callsOf({ ...plan, url: https, good: true }) },
    ],
    first: firstOf(http),
    connections: await connectionsOf(http),
  };
  saveResults(runNamed('client'), results);
  console.log(clientTable(results));
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}

/** A certificate of its own for loopback, for the hour. */
function certify(): void {
  const options = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1';
  const names = ['-subj', '/CN=loopback', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  const { status } = spawnSync('openssl', [...options.split(' '), ...names, ...files]);
  if (status !== 0) throw new Error('openssl could not make a certificate; it is needed for https');
}

async function asked<T>(child: ChildProcess, message: object): Promise<T> {
  child.send(message);
  const [answer] = await once(child, 'message');
  return answer;
}

async function callsOf(plan: Plan): Promise<Measured[]> {
  return asked(fork(script('calls.js'), { env }), plan);
}

/** Milliseconds until a fresh process has verified so many tokens. */
function fresh(name: string, url: string, calls = 1): number {
  const { stdout, status } = spawnSync(process.execPath, [
    script('fresh.js'),
    name,
    url,
    String(calls),
  ]);
  if (status !== 0) throw new Error(`a fresh process of ${name} failed`);
  return Number(stdout);
}

/** Processes of every client in turn. */
function firstOf(url: string): ClientResults['first'] {
  const names = Object.keys(SUBJECTS);
  const rounds = Array.from({ length: PROCESSES }, () => names.map((name) => fresh(name, url)));
  const times = names.map((_, subject) => median(rounds.map((round) => round[subject]!)));
  return names.map((name, subject) => ({
    name,
    milliseconds: Math.round(times[subject]!),
    ofFetch: times[subject]! / times[names.indexOf(FLOOR)]!,
  }));
}

async function connectionsOf(url: string): Promise<Record<string, number>> {
  const opened = async (): Promise<number> => (await asked<number[]>(server, {}))[0]!;
  const connections: Record<string, number> = {};
  for (const name of Object.keys(SUBJECTS)) {
    const before = await opened();
    fresh(name, url, 100);
    connections[name] = (await opened()) - before;
  }
  return connections;
}
