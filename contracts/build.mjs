// `node build.mjs` compiles every contract here and in trials/ into build/<name>.json (interface, deploying code);
// `node build.mjs --check` writes nothing and ends with 1 where build/ is not what the sources compile to.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";

const here = dirname(fileURLToPath(import.meta.url));
const folders = { ".": "build", trials: "trials/build" };

function sources(folder) {
  const names = readdirSync(join(here, folder)).filter((name) => name.endsWith(".sol")).sort();
  return Object.fromEntries(names.map((name) => [name, { content: readFileSync(join(here, folder, name), "utf8") }]));
}

function compiled(folder) {
  const input = {
    language: "Solidity",
    sources: sources(folder),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      // No newer instruction than every chain of today knows (PUSH0 came after).
      evmVersion: "paris",
      // A hash of the sources, comments included, would end every build.
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const complaints = output.errors ?? [];
  if (complaints.length) {
    // Warnings too: a contract that holds money has none.
    console.error(complaints.map((each) => each.formattedMessage).join("\n"));
    process.exit(1);
  }
  const found = {};
  for (const contracts of Object.values(output.contracts)) {
    for (const [name, made] of Object.entries(contracts)) {
      const bytecode = made.evm.bytecode.object;
      if (bytecode) {
        found[`${name}.json`] = JSON.stringify({ contract: name, compiler: solc.version(), abi: made.abi, bytecode: `0x${bytecode}` }, null, 1) + "\n";
      }
    }
  }
  return found;
}

function committed(folder) {
  mkdirSync(join(here, folder), { recursive: true });
  const names = readdirSync(join(here, folder)).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(here, folder, name), "utf8")]));
}

let differs = false;
for (const [folder, target] of Object.entries(folders)) {
  const now = compiled(folder);
  const before = committed(target);
  for (const name of new Set([...Object.keys(now), ...Object.keys(before)])) {
    if (now[name] === before[name]) continue;
    differs = true;
    if (process.argv.includes("--check")) console.error(`contracts/${target}/${name} is not what its source compiles to: run make contracts`);
    else if (name in now) writeFileSync(join(here, target, name), now[name]);
    else rmSync(join(here, target, name));
  }
}
process.exit(differs && process.argv.includes("--check") ? 1 : 0);
