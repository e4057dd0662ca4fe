// An npm alias has no types of its own; what is used here is the same in Express 4 and 5.
declare module "express4" {
  import express from "express";
  export default express;
}
