/**
 * How files are reached: `handles`, one name at a time through open directories (Linux), which no swapped link can
 * lead astray; or `path`, which needs a root that nobody else can write to.
 */
export type Safety = "handles" | "path";
