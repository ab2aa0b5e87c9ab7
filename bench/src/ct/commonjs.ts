/** A built package and all it imports, as CommonJS in one folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };

/** Writes it and returns the file to require. */
export function writeCommonJs(entry: string, folder: string): string {
  const names = new Map<string, string>();
  const write = (file: string): string => {
    const known = names.get(file);
    if (known !== undefined) return known;
    const name = `./${names.size}.cjs`;
    names.set(file, name);
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions });
    const { resolve } = createRequire(file);
    const text = outputText.replace(
      /require\("([^"]+)"\)/g,
      (_, specifier: string) => `require("${write(resolve(specifier))}")`,
    );
    writeFileSync(join(folder, name), text);
    return name;
  };
  return join(folder, write(entry));
}
