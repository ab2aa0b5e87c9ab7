/** A Worker that runs the kits over its own Durable Objects, one check a request. */
import { ledgerChecks } from '@driftlock/verifier/testing';
import {
  durableObjectEngine,
  durableObjectLedger,
  type ObjectNamespace,
} from '../../src/engines/durable-objects.js';
import { engineChecks } from '../../src/testing.js';

export { EngineObject, LedgerObject } from '../../src/engines/durable-objects.js';

interface Env {
  LedgerObject: ObjectNamespace;
  EngineObject: ObjectNamespace;
}

/** Objects of a namespace that no other request has seen. */
function fresh(namespace: ObjectNamespace): ObjectNamespace {
  const prefix = crypto.randomUUID();
  return {
    idFromName: (name) => namespace.idFromName(`${prefix} ${name}`),
    get: (id) => namespace.get(id),
  };
}

async function runCheck(kit: string, name: string, env: Env): Promise<void> {
  if (kit === 'ledger') {
    const check = ledgerChecks.find((known) => known.name === name);
    return check!.run(() => durableObjectLedger(fresh(env.LedgerObject)));
  }
  const check = engineChecks.find((known) => known.name === name);
  return check!.run(() => durableObjectEngine(fresh(env.EngineObject)));
}

export default {
  /** `/ledger/consume/ana` is a call of the object itself, everything else a check of a kit. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, kit = '', what = '', object] = new URL(request.url).pathname
      .split('/')
      .map(decodeURIComponent);
    const namespace = kit === 'ledger' ? env.LedgerObject : env.EngineObject;
    if (object !== undefined) {
      const body = await request.text();
      const stub = namespace.get(namespace.idFromName(object));
      return stub.fetch(`https://object/${what}`, { method: 'POST', body }) as Promise<Response>;
    }
    try {
      await runCheck(kit, what, env);
      return new Response('passed');
    } catch (error) {
      return new Response(String((error as Error).message), { status: 500 });
    }
  },
};
