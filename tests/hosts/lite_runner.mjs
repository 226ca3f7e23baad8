// Runs a Python script in Pyodide, offline: node lite_runner.mjs <pyodide package> <folder>
// The folder is /work in there: its driver.py is run with /work and /work/site on the path.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, folder] = process.argv.slice(2);
try {
    const { loadPyodide } = await import(pathToFileURL(join(packageFolder, "pyodide.mjs")));
    const started = performance.now();
    const pyodide = await loadPyodide({ indexURL: packageFolder });
    pyodide.globals.set("pyodide_seconds", (performance.now() - started) / 1000);
    pyodide.FS.mkdirTree("/work");
    pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/work");
    pyodide.runPython(`
import sys
sys.path[:0] = ["/work", "/work/site"]
exec(compile(open("/work/driver.py", encoding="utf-8").read(), "driver.py", "exec"))
`);
} catch (error) { // its stack would print all of Pyodide
    console.error(error.message.slice(0, 5000));
    process.exit(1);
}
