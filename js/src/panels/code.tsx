import { useState } from "preact/hooks";
import type { Strings } from "../editor/strings";
import { Icon } from "./icon";

export interface CodeProps {
  readonly strings: Strings;
  readonly title: string;
  /** `null` while it is being written. */
  readonly text: string | null;
  readonly error: string | null;
  readonly onCopy: (text: string) => void;
  readonly onDownload: (text: string) => void;
}

/** The model as Python, always up to date. */
export function Code({ strings, title, text, error, onCopy, onDownload }: CodeProps) {
  const [copied, setCopied] = useState<string | null>(null);
  return (
    <div class="why-code">
      <div class="why-panel-head why-code-head">
        <span>{title}</span>
        {text !== null && (
          <>
            <button
              type="button"
              class="why-tool"
              aria-label={copied === text ? strings.codeCopied : strings.codeCopy}
              title={copied === text ? strings.codeCopied : strings.codeCopy}
              onClick={() => {
                onCopy(text);
                setCopied(text);
              }}
            >
              <Icon name={copied === text ? "check" : "copy"} size={14} />
            </button>
            <button
              type="button"
              class="why-tool"
              aria-label={strings.download}
              title={strings.download}
              onClick={() => onDownload(text)}
            >
              <Icon name="download" size={14} />
            </button>
          </>
        )}
      </div>
      {error !== null && <p class="why-field-error">{error}</p>}
      {error === null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <pre class="why-code-text" tabIndex={0}>
          {text ?? strings.codeWaiting}
        </pre>
      )}
    </div>
  );
}
