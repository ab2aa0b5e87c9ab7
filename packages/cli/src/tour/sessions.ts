/** What the tour's people are signed in to: the application around a gateway, at its smallest. */

export interface Sessions {
  /** Begins the session of an accepted decision, unless it was revoked before we heard of it. */
  begin(decision: string): void;
  end(decision: string): void;
  has(decision: string): boolean;
}

export function createSessions(): Sessions {
  const open = new Set<string>();
  const ended = new Set<string>();
  return {
    begin(decision) {
      // A revocation can overtake the answer it is about.
      if (!ended.has(decision)) open.add(decision);
    },
    end(decision) {
      open.delete(decision);
      ended.add(decision);
    },
    has: (decision) => open.has(decision),
  };
}
