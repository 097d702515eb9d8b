import type { Inspection } from "../compiler/inspection";
import { inspectionText } from "../inspectionText";
import { interruption } from "./errors";
import { type Habit, notTypeScript, runShell } from "./habits";

/** What following a habit needs of the cells. */
export interface HabitHost {
  /** where a shell works */
  folder: string;
  /** Run the cell with this text; false if it failed. */
  execute(source: string): Promise<boolean>;
  inspect(source: string, position: number): Inspection | undefined;
  show(text: string): void;
  print(text: string): void;
}

/** Does what a cell means that is no TypeScript. */
export interface HabitFollower {
  /** False if the cell failed. @throws Error when it can't be done, or was interrupted */
  follow(habit: Habit): Promise<boolean>;
  /** End the shell's commands that run. */
  interrupt(): void;
}

export function createHabitFollower(host: HabitHost): HabitFollower {
  let commands: AbortController | undefined;

  async function runAll(shell: string[]): Promise<void> {
    commands = new AbortController();
    const { signal } = commands;
    try {
      for (const command of shell) await runShell(command, host.folder, signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      commands = undefined;
    }
  }

  return {
    async follow(habit) {
      if ("hint" in habit) throw notTypeScript(habit.hint);
      if ("timed" in habit) {
        const began = performance.now();
        const ok = await host.execute(habit.timed);
        host.print(`Wall time: ${duration(performance.now() - began)}\n`);
        return ok;
      }
      if ("shell" in habit) await runAll(habit.shell);
      else {
        const known = host.inspect(habit.about, habit.about.length);
        if (!known) throw notTypeScript(`nothing is known of ${habit.about}`);
        host.show(inspectionText(known));
      }
      return true;
    },
    interrupt: () => commands?.abort(interruption()),
  };
}

/** Milliseconds as they are read. */
function duration(ms: number): string {
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}
