/** What tests import as their scripted gateway, in a page: answered where `fetch` is called. */

interface Asked {
  method: string;
  url: string;
  authorization: string | undefined;
  key: string | undefined;
  body: string;
}

/** As much of Node's as the tests use. */
interface Reply {
  writeHead(status: number, headers: Record<string, string>): void;
  end(body: string): void;
  destroy(): void;
}

type Answer = (reply: Reply, asked: Asked) => void;

interface ScriptedGateway extends AsyncDisposable {
  baseUrl: string;
  asked: Asked[];
  answer: Answer;
}

const gateways = new Map<string, ScriptedGateway>();
const { fetch } = globalThis;

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const { origin, pathname, search } = new URL(request.url);
  const gateway = gateways.get(origin);
  if (!gateway) return fetch(request);
  const asked = {
    method: request.method,
    url: pathname + search,
    authorization: request.headers.get('authorization') ?? undefined,
    key: request.headers.get('idempotency-key') ?? undefined,
    body: await request.text(),
  };
  gateway.asked.push(asked);
  return new Promise((resolve, reject) => {
    let head: ResponseInit = {};
    const writeHead = (status: number, headers: Record<string, string>) => {
      head = { status, headers };
    };
    const lost = () => reject(new TypeError('the connection was lost'));
    request.signal.addEventListener('abort', () => reject(request.signal.reason));
    const end = (body: string) => resolve(new Response(body, head));
    gateway.answer({ writeHead, end, destroy: lost }, asked);
  });
};

export async function startGateway(answer: Answer): Promise<ScriptedGateway> {
  const baseUrl = `http://127.0.0.1:${gateways.size + 1}`;
  const gateway: ScriptedGateway = {
    baseUrl,
    asked: [],
    answer,
    async [Symbol.asyncDispose]() {
      gateway.answer = (reply) => reply.destroy();
    },
  };
  gateways.set(baseUrl, gateway);
  return gateway;
}

export function says(
  status: number,
  body: unknown,
  { type = 'application/json', ...headers }: Record<string, string> = {},
): Answer {
  return (reply) => {
    reply.writeHead(status, { 'content-type': type, ...headers });
    reply.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
