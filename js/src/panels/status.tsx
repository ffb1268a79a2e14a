import { Icon } from "./icon";

export interface StatusProps {
  readonly label: string;
  readonly text: string;
  readonly failed: boolean;
  /** 0 to 1 while something runs; `null` if its length is unknown; absent if nothing runs. */
  readonly progress?: number | null;
  readonly detail: string;
  readonly counts: string;
  readonly problems: number;
  readonly problemsLabel: string;
  readonly notice: { readonly tone: "info" | "error"; readonly text: string } | null;
  readonly closeLabel: string;
  readonly onProblems: () => void;
  readonly onCloseNotice: () => void;
}

/** The line below: what runs, what went wrong, how much there is. */
export function StatusLine(props: StatusProps) {
  const running = props.progress !== undefined;
  return (
    <section class="why-status" aria-label={props.label}>
      {running && (
        <progress
          class="why-progress"
          aria-label={props.text}
          {...(props.progress === null ? {} : { max: 1, value: props.progress })}
        />
      )}
      <span class="why-status-text" data-failed={props.failed} title={props.text}>
        {props.text}
      </span>
      {props.detail && <span class="why-status-detail">{props.detail}</span>}
      <span class="why-tool-space" />
      {props.problems > 0 && (
        <button
          type="button"
          class="why-status-problems"
          title={props.problemsLabel}
          aria-label={props.problemsLabel}
          onClick={props.onProblems}
        >
          <Icon name="warning" size={13} />
          <span>{props.problems}</span>
        </button>
      )}
      <span class="why-status-counts">{props.counts}</span>
      {props.notice && (
        <div class="why-notice" data-tone={props.notice.tone} role="alert">
          <Icon name={props.notice.tone === "error" ? "error" : "info"} size={14} />
          <span>{props.notice.text}</span>
          <button
            type="button"
            class="why-tool"
            aria-label={props.closeLabel}
            title={props.closeLabel}
            onClick={props.onCloseNotice}
          >
            <Icon name="close" size={12} />
          </button>
        </div>
      )}
    </section>
  );
}
