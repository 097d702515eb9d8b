import { main } from ".";
import { report } from "./report";

process.on("uncaughtException", (error) => {
  report(error); // of a timer, or of a promise that nobody waits for
  process.exit(1);
});

void main(process.argv.slice(2));
