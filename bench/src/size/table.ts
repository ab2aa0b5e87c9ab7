/** Bundle sizes in words. */

/** Bytes, minified and gzipped; a limit is where `npm test` fails. */
export type Sizes = { name: string; size: number; limit?: number }[];

/** What each bundle was meant to weigh at most, where it was written down. */
const AIMS: Record<string, (sizes: Sizes) => number> = {
  'verify with SHA-1 alone': (sizes) => sizeOf(sizes, 'floor of SHA-1') + 1500,
  'everything without catalogues': () => 13_000,
  'createAuthyClient with ky': () => 9000,
};
const CATALOGUE_AIM = 1500;

export function sizesTable(sizes: Sizes): string {
  const rows = sizes.map(({ name, size }) => {
    const aim = name.startsWith('catalogue') ? CATALOGUE_AIM : AIMS[name]?.(sizes);
    return `| ${name} | ${kilo(size)} | ${aim === undefined ? '' : kilo(aim)} |`;
  });
  return ['| kB, gzip | is | aimed at |', '| --- | --- | --- |', ...rows].join('\n');
}

function sizeOf(sizes: Sizes, name: string): number {
  return sizes.find((one) => one.name === name)!.size;
}

function kilo(bytes: number): string {
  return (bytes / 1000).toFixed(2);
}
