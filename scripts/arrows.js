// Fails when an import runs against the arrows between the rooms, or a room holds what it must not.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** Which rooms of ours each room may import; `types:` allows types alone. */
const ARROWS = {
  'totp-core': [],
  'api-client': [],
  verifier: ['totp-core', 'types:api-client'],
  browser: ['totp-core', 'verifier'],
  gateway: ['totp-core', 'api-client', 'verifier', 'gateway/emulator', 'gateway/authy-door'],
  // The emulator is what the door is compared with: they share nothing.
  'gateway/authy-door': ['totp-core', 'api-client', 'verifier', 'gateway'],
  'gateway/emulator': ['totp-core'],
  // Nor does the other emulator share anything with the client that is tested against it.
  'gateway/verify-emulator': ['totp-core'],
  cli: ['totp-core', 'api-client', 'verifier', 'browser', 'gateway', 'gateway/emulator'],
};

/** The only places that may lean on Node: the rest runs in browsers and on the edge. */
const NODE_ALLOWED = [/^packages\/gateway\/src\/(node|server)\.ts$/, /^packages\/cli\/src\//];

/** Names that gather what has no home. */
const HOMELESS = /(^|[/.-])(utils?|helpers?|common|types)(\/|\.ts$)/;

/** Every complaint about the sources under `root`, one line each. */
export function complaints(root) {
  return sources(join(root, 'packages')).flatMap((path) => {
    const file = relative(root, path).split(sep).join('/');
    const homeless = HOMELESS.test(file) ? [`${file}: a thing lives where it is used`] : [];
    return [...homeless, ...imports(path).flatMap((found) => judge(file, found))];
  });
}

function judge(file, { specifier, typeOnly }) {
  const [, folder] = file.split('/');
  const room = roomWithin(file) ?? folder;
  const allowed = ARROWS[room];
  if (!allowed)
    return [`${file}: the room ${room} has no arrows; give it some in scripts/arrows.js`];
  if (specifier.startsWith('node:')) {
    const fine = NODE_ALLOWED.some((place) => place.test(file));
    return fine ? [] : [`${file}: ${specifier} would keep it out of browsers and edge runtimes`];
  }
  const target = targetOf(file, specifier);
  if (!target || target === room || allowed.includes(target)) return [];
  if (allowed.includes(`types:${target}`)) {
    return typeOnly ? [] : [`${file}: may import types alone from ${target}`];
  }
  return [`${file}: ${room} may not import ${target}`];
}

function targetOf(file, specifier) {
  if (specifier.startsWith('@driftlock/')) {
    const [, room, subpath] = specifier.split('/');
    return room === 'gateway' && subpath?.endsWith('emulator') ? `gateway/${subpath}` : room;
  }
  if (!specifier.startsWith('.')) return undefined;
  const path = join(file, '..', specifier).split(sep).join('/');
  return roomWithin(path) ?? path.split('/')[1];
}

/** A room in a package; none where the package itself is the room. */
function roomWithin(path) {
  return /^packages\/(gateway)\/src\/(emulator|verify-emulator|authy-door)\//
    .exec(path)
    ?.slice(1)
    .join('/');
}

function imports(path) {
  const text = readFileSync(path, 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const found = [];
  const visit = (node) => {
    const clause = node.importClause;
    const from = node.moduleSpecifier ?? (isDynamicImport(node) ? node.arguments[0] : undefined);
    if (from && ts.isStringLiteral(from)) {
      const typeOnly = clause?.isTypeOnly === true || node.isTypeOnly === true;
      found.push({ specifier: from.text, typeOnly });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isDynamicImport(node) {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function sources(packages) {
  return readdirSync(packages).flatMap((room) =>
    readdirSync(join(packages, room, 'src'), { recursive: true })
      .filter((name) => /\.[cm]?ts$/.test(name))
      .map((name) => join(packages, room, 'src', name)),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = complaints(process.cwd());
  for (const complaint of found) console.error(complaint);
  if (found.length > 0) process.exitCode = 1;
  else console.log('arrows: every import points down');
}
