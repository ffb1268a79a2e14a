import { LabIcon } from "@jupyterlab/ui-components";

/** Two parents and their child: the smallest picture of a model. */
export const modelIcon = new LabIcon({
  name: "whyboard:model",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 22 22">
  <g class="jp-icon3" fill="none" stroke="#616161" stroke-width="1.6">
    <circle cx="5.5" cy="5.5" r="3"/>
    <rect x="13.5" y="2.5" width="6" height="6" rx="0.8"/>
    <path d="M7 8.2 9.6 13M15.2 8.6 12.4 13"/>
  </g>
  <ellipse class="jp-icon-accent0 jp-icon-brand0" fill="#1976d2" cx="11" cy="16.3" rx="5.2" ry="3.3"/>
</svg>`,
});
