const [suite = "", ...rest] = process.argv.slice(2);

// Each suite is loaded alone: what one needs must not count against another.
if (suite === "retention") await (await import("./retention/main.js")).main(rest);
else await (await import("./run-parts.js")).runParts(process.argv.slice(2));
