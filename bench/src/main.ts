const [suite = "", ...args] = process.argv.slice(2);

// Each suite is loaded alone: what one needs must not count against another.
if (suite === "retention") await (await import("./retention/main.js")).main(args);
else await (await import("./probe-cost.js")).probeCost(process.argv.slice(2));
