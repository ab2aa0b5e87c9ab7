// Gateways over one engine that owe an application the answers to approvals.
import { memoryEngine } from '../../src/engines/memory.js';
import { memoryStores } from '../../src/index.js';
import type { Records } from '../../src/stores/engine.js';
import { open } from './opened.js';

/** What the stores that gateways share have of the door; each gateway has its own clock. */
export function sharing(engine: Records = memoryEngine()) {
  const stores = { ...memoryStores(), door: engine };
  const gateway = (url?: string) => {
    const opened = open({ stores, ...(url === undefined ? {} : { door: { callback: { url } } }) });
    const { authy, operator, work } = opened;
    /** Asks a user, whom `register` made anywhere. */
    async function ask(id: string): Promise<string> {
      const path = `/onetouch/json/users/${id}/approval_requests`;
      const { body } = await authy('POST', path, { message: 'Log in?' });
      return body.approval_request.uuid;
    }
    const answer = (uuid: string) =>
      operator('PUT', `/approval_requests/${uuid}`, { status: 'approved' });
    return {
      ...opened,
      ask,
      answer,
      tell: () => opened.gateway.callbacks?.tell(),
      /** Once nothing of this process is under way. */
      async done(): Promise<void> {
        await Promise.all(work.splice(0));
      },
      /** An approval that was just given here. */
      async decided(id?: string): Promise<string> {
        const uuid = await ask(id ?? (await opened.register()));
        await answer(uuid);
        return uuid;
      },
      /** What the operator is told of an approval. */
      async shown(uuid: string) {
        const { body } = await operator('GET', `/approval_requests/${uuid}`);
        return { status: body.status, callback: body.callback };
      },
    };
  };
  return { engine, gateway };
}
