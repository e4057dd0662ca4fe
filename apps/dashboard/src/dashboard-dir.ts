import { fileURLToPath } from "node:url";

/** The folder with the page's files, absolute. Only the built package has them all: the scripts are compiled. */
export const dashboardDir: string = fileURLToPath(new URL("../dist/public", import.meta.url));
