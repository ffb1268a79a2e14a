/** Small signs on nodes, so that kind and state are never told by colour alone. */
import type { Evidence } from "../../protocol/types";
import type { Box } from "../scene-types";

export function kindLabel({ kind, record }: Box): string {
  return kind === "data" ? "Data" : kind === "unknown" ? "Unknown" : record.kind;
}

export function KindIcon({ kind, label }: { kind: Box["kind"]; label: string }) {
  return (
    <svg class="why-card-icon" viewBox="0 0 12 12" role="img" aria-label={label}>
      {kind === "static" ? <rect x="1.5" y="1.5" width="9" height="9" /> : null}
      {kind === "variable" ? <ellipse cx="6" cy="6" rx="5" ry="4" /> : null}
      {kind === "data" ? <rect x="1.5" y="1.5" width="9" height="9" stroke-dasharray="2 1.5" /> : null}
      {kind === "unknown" ? <path d="M4 4a2 2 0 1 1 2.5 2Q6 6.3 6 7.5M6 9.5v.5" /> : null}
      {kind === "scope" || kind === "frame" ? <path d="M1.5 2.5h9v7h-9zM1.5 5h9" /> : null}
    </svg>
  );
}

const STATES = { data: "has data", observe: "observed", do: "set by do()" };

/** Linked data are a column, evidence an eye, an intervention a cut edge. */
export function StateIcon({ state }: { state: Evidence["kind"] | "data" }) {
  return (
    <svg class="why-card-icon" data-state={state} viewBox="0 0 12 12" role="img" aria-label={STATES[state]}>
      {state === "data" ? <path d="M2.5 1.5h7v9h-7zM2.5 4.500h7M2.5 7.500h7" /> : null}
      {state === "observe" ? (
        <>
          <path d="M1 6q5-6.5 10 0q-5 6.5-10 0z" />
          <circle cx="6" cy="6" r="1.3" class="why-filled" />
        </>
      ) : null}
      {state === "do" ? (
        <>
          <path d="M6 0.800V3.500M3.2 3.500l5.6 0" />
          <rect x="2.5" y="5.8" width="7" height="5" rx="1" class="why-filled" />
        </>
      ) : null}
    </svg>
  );
}
