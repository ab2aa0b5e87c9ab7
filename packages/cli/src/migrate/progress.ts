/** How far a long run is and when it will be done, on one line of a terminal. */

export interface Progress {
  step(): void;
  /** Takes the line away. */
  end(): void;
}

/** Milliseconds between two looks of the line. */
const OFTEN = 200;

export function createProgress(
  { total, done }: { total: number; done: number },
  { show, now = () => performance.now() }: { show?: (text: string) => void; now?: () => number },
): Progress {
  const begun = now();
  let [count, shownAt] = [0, Number.NEGATIVE_INFINITY];
  return {
    step() {
      count++;
      const at = now();
      if (!show || at - shownAt < OFTEN) return;
      shownAt = at;
      const left = ((at - begun) / count) * (total - done - count);
      const share = Math.floor(((done + count) / total) * 100);
      show(`\r\u001b[K${done + count} of ${total} (${share}%), ${inWords(left / 1000)} to go`);
    },
    end: () => show?.('\r\u001b[K'),
  };
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
