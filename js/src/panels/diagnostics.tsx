import type { Strings } from "../editor/strings";
import type { Diagnostic } from "../protocol/types";
import { EmptyState } from "./empty-state";
import { Icon } from "./icon";

export interface DiagnosticLine {
  readonly diagnostic: Diagnostic;
  /** Path of the node it is about. */
  readonly where: string;
}

export interface DiagnosticsProps {
  readonly strings: Strings;
  readonly lines: readonly DiagnosticLine[];
  readonly onGo: (key: string) => void;
  readonly onFix: (diagnostic: Diagnostic) => void;
}

/** Everything that is wrong or doubtful; a click goes there. */
export function Diagnostics({ strings, lines, onGo, onFix }: DiagnosticsProps) {
  if (lines.length === 0)
    return <EmptyState icon="check" title={strings.diagnosticsNone} hint={strings.diagnosticsNoneHint} />;
  return (
    <ul class="why-diagnostics">
      {lines.map(({ diagnostic, where }) => (
        <li key={`${diagnostic.key} ${diagnostic.code} ${diagnostic.message}`} data-severity={diagnostic.severity}>
          <button type="button" class="why-diagnostic" onClick={() => onGo(diagnostic.key)}>
            <Icon name={diagnostic.severity} size={14} />
            <span>
              <b>{where}</b>
              <span>{diagnostic.message}</span>
            </span>
          </button>
          {diagnostic.fix && (
            <button type="button" class="why-button" onClick={() => onFix(diagnostic)}>
              {diagnostic.fix.label}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
