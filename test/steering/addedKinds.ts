import type { Gate } from "../../lib/steering/gate";
import { gates } from "../../lib/steering/gates";
import type { Schedule } from "../../lib/steering/schedule";
import { schedules } from "../../lib/steering/schedules";

/* A gate and a schedule of one's own, each with its line in the table. To be imported before what reads the tables. */

/** Open at half strength while C is on the far side of the threshold. */
function halfway(threshold: number, share: number): Gate {
  return Object.assign(() => (monitor: number) => (monitor < threshold ? share : 0), {
    data: { kind: "halfway", threshold, share },
  });
}

gates.halfway = {
  label: "half-way",
  settings: ["share"],
  make: ({ threshold }, { share = 0.5 }) => halfway(threshold, share),
  read: ({ threshold, share }) => halfway(Number(threshold), Number(share)),
};

/** On for so many steps, then off for as many. */
function pulse(steps: number): Schedule {
  return (step) => (Math.floor(step / steps) % 2 === 0 ? 1 : 0);
}

schedules.pulse = { make: pulse, takes: ["steps"], console: { label: "pulse (2 steps)", numbers: [2] } };
