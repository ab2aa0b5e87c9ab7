/** How a Worker and an object of its talk: one request, one answer, JSON both ways. */
import { VerifierError } from '@driftlock/verifier';

/** What is used of a Durable Object namespace. */
export interface ObjectNamespace {
  idFromName(name: string): object;
  get(id: object): {
    fetch(url: string, init: RequestInit): Promise<{ status: number; json(): Promise<unknown> }>;
  };
}

/** What is used of an object's state; its class must be one with SQLite. */
export interface ObjectState {
  storage: {
    sql: { exec(statement: string, ...values: unknown[]): { toArray(): unknown[] } };
  };
}

/** Of a call, where nobody says otherwise. */
export const DEADLINE = 5000;
/** Of a call whose arguments are none; everything else that fails is 500. */
const REFUSED = 422;

export interface Call {
  /** Of the object. */
  name: string;
  method: string;
  args: unknown[];
  /** Milliseconds until it rejects for want of an answer. */
  deadline: number;
}

/** Calls a method of the object of that name; rejects where no answer comes. */
export async function call(
  namespace: ObjectNamespace,
  { name, method, args, deadline }: Call,
): Promise<unknown> {
  const object = namespace.get(namespace.idFromName(name));
  const answer = await object.fetch(`https://object/${method}`, {
    method: 'POST',
    body: JSON.stringify(args, refuseNoNumber),
    signal: AbortSignal.timeout(deadline),
  });
  if (answer.status === REFUSED) {
    throw new VerifierError('ERR_LEDGER', 'an account, credential, step or instant is none');
  }
  if (answer.status !== 200) throw new Error(`the object answered with status ${answer.status}`);
  return ((await answer.json()) as { result?: unknown }).result;
}

/** Answers a call with what the method returned. */
export async function answer(
  request: Request,
  methods: Record<string, (...args: never[]) => unknown>,
): Promise<Response> {
  const method = new URL(request.url).pathname.slice(1);
  if (!Object.hasOwn(methods, method)) return new Response(null, { status: 404 });
  const args = (await request.json()) as never[];
  try {
    return Response.json({ result: await methods[method]?.(...args) });
  } catch (error) {
    if (error instanceof VerifierError) return new Response(null, { status: REFUSED });
    throw error;
  }
}

/** JSON would make null of it, which could be taken for a number that was left out. */
function refuseNoNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new VerifierError('ERR_LEDGER', 'steps and instants are finite numbers');
}
