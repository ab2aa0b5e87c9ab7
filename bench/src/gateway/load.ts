/** One round of requests, each to an account of its own, and how long they took. */
import autocannon, { type Client, type Request, type Result } from 'autocannon';

export interface Round {
  /** Answers a second, from the first request to the last answer. */
  rate: number;
  /** Milliseconds from a request to its answer, which 99 of 100 stayed under. */
  p99: number;
}

export interface Asked {
  url: string;
  path(account: number): string;
  body(account: number): string | undefined;
  /** Whether an answer is the one that is to be had. */
  isRight(body: string): boolean;
}

export interface Plan {
  requests: number;
  connections: number;
  headers: Record<string, string>;
}

/** Rejects where a single answer is another than the right one. */
export async function load(asked: Asked, plan: Plan): Promise<Round> {
  const { requests, connections, headers } = plan;
  const each = requests / connections;
  let opened = 0;
  let begin = 0;
  let other: string | undefined;
  const options = {
    ...{ url: asked.url, connections, amount: requests, headers },
    // No request is built while others are timed.
    setupClient(client: Client) {
      const first = opened++ * each;
      client.setRequests(Array.from({ length: each }, (_, n) => requestOf(asked, first + n)));
      begin = performance.now();
    },
    verifyBody(body: unknown) {
      const isRight = asked.isRight(String(body));
      if (!isRight) other ??= String(body);
      return isRight;
    },
    // Seconds for an answer, however slow the store.
    timeout: 60,
    // How often it looks whether it is done, milliseconds.
    sampleInt: 20,
  };
  let end = 0;
  const times: number[] = [];
  const known = new Set<Client>();
  const { errors, mismatches, timeouts } = await new Promise<Result>((resolve, reject) => {
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    run.on('response', (client, _status, _bytes, time) => {
      end = performance.now();
      // The first of each waited for its connection.
      if (known.has(client)) times.push(time);
      known.add(client);
    });
  });
  const wrong = errors + mismatches + timeouts + (requests - connections - times.length);
  if (wrong > 0) throw new Error(`${wrong} of ${requests} answers were wrong, as ${other}`);
  times.sort((a, b) => a - b);
  return {
    rate: requests / ((end - begin) / 1000),
    p99: times[Math.ceil(times.length * 0.99) - 1]!,
  };
}

function requestOf({ path, body }: Asked, account: number): Request {
  const text = body(account);
  return { method: 'POST', path: path(account), ...(text === undefined ? {} : { body: text }) };
}
