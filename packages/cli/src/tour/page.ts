/** How the tour looks: plain text, 80 columns, the same with colours and without. */

export interface Page {
  opening(url: string): string;
  scene(scene: { letter: string; title: string; rows: [string, string][]; held: boolean }): string;
  ending(result: { failed: string[]; of: number; took: number }): string;
}

const LABEL = 22;

export function createPage(colors: boolean): Page {
  const paint = (code: number) => (text: string) => (colors ? `\x1b[${code}m${text}\x1b[0m` : text);
  const [bold, dim, red, green] = [paint(1), paint(2), paint(31), paint(32)];
  return {
    opening: (url) =>
      `${bold('Driftlock, in six scenes')}\n${dim(
        `Computed now, over HTTP, against a throwaway gateway at ${url}`,
      )}\n`,
    scene({ letter, title, rows, held }) {
      const mark = held ? green('✓') : red('✗');
      const lines = rows.map(([who, seen]) => `       ${dim(who.padEnd(LABEL))}${seen}`);
      return `\n  ${mark} ${letter}  ${bold(title)}\n${lines.map((line) => `${line}\n`).join('')}`;
    },
    ending({ failed, of, took }) {
      const seconds = (took / 1000).toFixed(1);
      if (failed.length === 0) return `\n${green(`All ${of} scenes held`)}, in ${seconds} s.\n`;
      const which = failed.length === 1 ? `Scene ${failed[0]}` : `Scenes ${failed.join(', ')}`;
      return `\n${red(`${which} failed`)}, of ${of}.\n`;
    },
  };
}
