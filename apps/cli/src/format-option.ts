import { Option } from "commander";

/** `--format nagios`, for the commands that have a line for it. */
export function formatOption(): Option {
  return new Option("--format <format>", "one line for a monitoring system, with its exit codes").choices(["nagios"]);
}
