/** Parameters as Authy's clients send them, in a query, a form or JSON, read into one tree. */

/** JSON's numbers and booleans are texts here, as a form would send them; null is the empty one. */
export type Tree = Map<string, string | Tree>;

export interface Source {
  request: Request;
  /** The request as Node has it: Node `authy` gives its GETs a body, which a Request can't hold. */
  incoming?: AsyncIterable<Uint8Array> | undefined;
}

export type Unreadable = 'too-large' | 'not-utf8' | 'bad-request';

/** Bytes; the largest call there is, an approval request, takes less. */
export const LARGEST: number = 16 * 1024;
/** Levels of names within names. */
const DEEPEST = 6;

/** Query and body in one; what both have, the body says. */
export async function readTree({ request, incoming }: Source): Promise<Tree | Unreadable> {
  const tree: Tree = new Map();
  for (const pair of new URL(request.url).searchParams) plant(tree, pair);
  const isGet = request.method === 'GET' || request.method === 'HEAD';
  const bytes = isGet ? await drain(incoming) : new Uint8Array(await request.arrayBuffer());
  if (bytes.length === 0) return tree;
  if (bytes.length > LARGEST) return 'too-large';
  let body: string;
  try {
    body = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'not-utf8';
  }
  const type = request.headers.get('Content-Type') ?? '';
  if (!/[/+]json\b/i.test(type)) {
    for (const pair of new URLSearchParams(body)) plant(tree, pair);
    return tree;
  }
  return graft(tree, body) ? tree : 'bad-request';
}

/** The text at the end of a path; absent where there is none, or more below it. */
export function textAt(tree: Tree, ...path: string[]): string | undefined {
  const found = nodeAt(tree, path);
  return typeof found === 'string' ? found : undefined;
}

/** What is below a name; nothing where there is none. */
export function branchAt(tree: Tree, ...path: string[]): Tree {
  const found = nodeAt(tree, path);
  return found instanceof Map ? found : new Map();
}

function nodeAt(tree: Tree, path: string[]): string | Tree | undefined {
  let node: string | Tree | undefined = tree;
  for (const name of path) node = node instanceof Map ? node.get(name) : undefined;
  return node;
}

async function drain(incoming: Source['incoming']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST) break;
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** `details[amount]=7` is 7 at details, amount; `logos[][url]` is of the newest logo that has none. */
function plant(tree: Tree, [name, value]: [string, string]): void {
  const parts = /^([^[]+)((?:\[[^[\]]*\])*)$/.exec(name);
  const inner = parts?.[2] ? parts[2].slice(1, -1).split('][') : [];
  const path = parts ? [parts[1] as string, ...inner] : [name];
  if (path.length > DEEPEST) return;
  let branch = tree;
  for (const [i, part] of path.entries()) {
    const key = part === '' ? nextIn(branch, path[i + 1]) : part;
    if (i === path.length - 1) branch.set(key, value);
    else branch = below(branch, key);
  }
}

function nextIn(list: Tree, field: string | undefined): string {
  const newest = list.get(String(list.size - 1));
  const open = field !== undefined && newest instanceof Map && !newest.has(field);
  return String(open ? list.size - 1 : list.size);
}

function below(branch: Tree, key: string): Tree {
  const known = branch.get(key);
  if (known instanceof Map) return known;
  const made: Tree = new Map();
  branch.set(key, made);
  return made;
}

function graft(tree: Tree, json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    if (value === null) return true;
    if (typeof value !== 'object' || Array.isArray(value)) return false;
    return copy(value, tree, 1);
  } catch {
    return false;
  }
}

function copy(value: object, tree: Tree, depth: number): boolean {
  if (depth > DEEPEST) return false;
  return Object.entries(value).every(([key, inner]) => {
    if (typeof inner === 'object' && inner !== null) {
      const branch: Tree = new Map();
      tree.set(key, branch);
      return copy(inner, branch, depth + 1);
    }
    tree.set(key, inner === null ? '' : String(inner));
    return true;
  });
}
