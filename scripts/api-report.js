// What each package declares to the public, as docs/api keeps it: written by `npm run api`, compared by a test.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const OPTIONS = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

/** The report on one built package: what each of its exports declares, without the comments. */
export function apiReport(root, name) {
  const folder = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).map(([path, { types }]) => ({
    path: `@driftlock/${name}${path.slice(1)}`,
    file: join(folder, types),
  }));
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    OPTIONS,
  );
  const sections = entries.map(({ path, file }) => {
    const told = exportsOf(program, file).join('\n\n');
    return `## ${path}\n\n\`\`\`ts\n${told}\n\`\`\`\n`;
  });
  return `# What @driftlock/${name} declares\n\n${sections.join('\n')}`;
}

/** The declaration of everything a module exports, by name */
function exportsOf(program, file) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file}: nothing is exported, or it was not built`);
  const printer = ts.createPrinter({ removeComments: true });
  return checker
    .getExportsOfModule(module)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((symbol) => {
      const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      const { declarations = [] } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
      if (declarations.length === 0) throw new Error(`${file}: ${symbol.name} is declared nowhere`);
      return declarations.map((declaration) => {
        const statement = ts.isVariableDeclaration(declaration)
          ? declaration.parent.parent
          : declaration;
        return printer.printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile());
      });
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = process.cwd();
  mkdirSync(join(root, 'docs/api'), { recursive: true });
  for (const name of readdirSync(join(root, 'packages'))) {
    writeFileSync(join(root, 'docs/api', `${name}.md`), apiReport(root, name));
  }
}
