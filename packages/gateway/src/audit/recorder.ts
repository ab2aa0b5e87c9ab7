/** Puts what happens at a gateway into its audit log, and holds a yes back until it is there. */
import type { Decision, Verifier, VerifierEvent } from '@driftlock/verifier';
import type { EvidenceAlarm } from '../devices/evidence.js';
import type { InFlight } from '../in-flight.js';
import type { Records } from '../stores/engine.js';
import { createLatest } from '../stores/latest.js';
import type { Audit } from './audit.js';
import { type Act, auditEventOf } from './event.js';

export interface Recorder {
  audit: Audit;
  /** Where the log is kept. */
  engine: Records;
  /** Begins to write what a verifier told. */
  hear(event: VerifierEvent): void;
  /** Begins to write what a device's evidence showed. */
  note(alarm: EvidenceAlarm): void;
  /** Writes what the operator asked for; `false` where it must not be done, for it could not be written. */
  act(account: string, what: { act: Act; device?: string }): Promise<boolean>;
  /** The decision once its yes is written; `unavailable` where it was not in time. */
  told(decision: Decision): Promise<Decision>;
  /** The verifier, whose yes is `unavailable` unless it was written. */
  overseeing(verifier: Verifier): Verifier;
  /** Events that could not be written. */
  readonly failures: number;
}

/** `required`: without its entry nothing is accepted and no operator's act is done. */
export type AuditNeed = 'required' | 'best-effort';

export interface RecorderOptions {
  audit: Audit;
  engine: Records;
  need: AuditNeed;
  /** Milliseconds that a yes, or an act, waits for its entry. */
  deadline: number;
  background: InFlight;
}

/** More yeses at once than one process gives. */
const UNDER_WAY = 10_000;

export function createRecorder(options: RecorderOptions): Recorder {
  const { audit, engine, need, deadline, background } = options;
  const yeses = createLatest<Promise<boolean>>(UNDER_WAY);
  let failures = 0;

  /** Resolves with whether it was written in time; it goes on being written after that. */
  function write(...[account, event]: Parameters<Audit['append']>): Promise<boolean> {
    const written = background.add(
      audit.append(account, event).then(
        () => true,
        () => {
          failures += 1;
          return false;
        },
      ),
    );
    return need === 'required' ? inTime(written, deadline) : Promise.resolve(true);
  }

  async function told(decision: Decision): Promise<Decision> {
    const { id } = decision;
    if (!decision.accepted) return decision;
    if (await yeses.take(id)) return decision;
    return { id, accepted: false, reason: 'unavailable', retryAfter: Math.ceil(deadline / 1000) };
  }

  return {
    audit,
    engine,
    hear(event) {
      const written = write(event.account, auditEventOf(event));
      if (event.type === 'decided' && event.decision.accepted) {
        yeses.put(event.decision.id, written);
      }
    },
    note({ account, ...alarm }) {
      void write(account, { type: 'alarm', ...alarm });
    },
    told,
    act: (account, what) => write(account, { type: 'act', ...what }),
    overseeing: (verifier) => ({
      ...verifier,
      verify: async (request) => told(await verifier.verify(request)),
      recover: async (request) => told(await verifier.recover(request)),
    }),
    get failures() {
      return failures;
    },
  };
}

/** `written` never rejects. */
function inTime(written: Promise<boolean>, deadline: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), deadline);
    void written.then((isWritten) => {
      clearTimeout(timer);
      resolve(isWritten);
    });
  });
}
