import type { Strings } from "../editor/strings";

export interface HelpLine {
  readonly label: string;
  readonly keys: readonly string[];
}

export interface HelpGroup {
  readonly label: string;
  readonly lines: readonly HelpLine[];
}

/** All actions with their keys, and what the mouse does. */
export function HelpSheet({ strings, groups }: { strings: Strings; groups: readonly HelpGroup[] }) {
  return (
    <div class="why-help">
      {groups.map((group) => (
        <section key={group.label}>
          <h3>{group.label}</h3>
          <dl>
            {group.lines.map((line) => (
              <div class="why-help-line" key={line.label}>
                <dt>{line.label}</dt>
                <dd>
                  {line.keys.map((keys) => (
                    <kbd class="why-keys" key={keys}>
                      {keys}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <section>
        <h3>{strings.mouseTitle}</h3>
        <ul>
          <li>{strings.mousePan}</li>
          <li>{strings.mouseBox}</li>
          <li>{strings.mouseConnect}</li>
          <li>{strings.mouseAdd}</li>
        </ul>
      </section>
    </div>
  );
}
