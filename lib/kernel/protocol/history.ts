/** The cells that have run since the kernel started, as a console asks for them. */
export interface History {
  add(count: number, source: string): void;
  /** The answer to a history_request. */
  answer(request: HistoryRequest): { status: "ok"; history: unknown[] };
}

export interface HistoryRequest {
  hist_access_type?: "tail" | "range" | "search";
  output?: boolean;
  n?: number;
  start?: number;
  stop?: number;
  /** with `*` and `?` */
  pattern?: string;
  unique?: boolean;
}

/** There is one session: the kernel's life. Outputs are not kept. */
export function createHistory(): History {
  const cells: { count: number; source: string }[] = [];
  const session = 1;
  return {
    add: (count, source) => void cells.push({ count, source }),
    answer({ hist_access_type: access, output, n, start = 0, stop = Infinity, pattern = "*", unique }) {
      let found = cells;
      if (access === "range") found = cells.filter(({ count }) => count >= start && count < stop);
      if (access === "search") {
        const wanted = glob(pattern);
        found = cells.filter(({ source }) => wanted.test(source));
        if (unique) found = [...new Map(found.map((cell) => [cell.source, cell])).values()];
      }
      if (access !== "range" && n) found = found.slice(-n);
      const history = found.map(({ count, source }) => [session, count, output ? [source, null] : source]);
      return { status: "ok", history };
    },
  };
}

function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");
}
